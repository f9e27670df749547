/** Control characters but ends of lines and tabs, and the characters that turn the text around them. */
const obeyed = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

/** Where Unicode's pictures of control characters begin. */
const pictures = 0x2400;

/** A text that was not written here, with a sign for each character that a page obeys or does not show. */
export function visibleText(text: string): string {
  return text.replace(obeyed, (character) => {
    const code = character.charCodeAt(0);
    return code < 0x20
      ? String.fromCharCode(pictures + code)
      : code === 0x7f
        ? '␡'
        : `\\u${code.toString(16).padStart(4, '0')}`;
  });
}
