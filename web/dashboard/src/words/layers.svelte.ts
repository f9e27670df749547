let names = $state.raw<readonly string[]>([]);

/** Remembers what the shown run calls its layers; nothing where it calls them by number. */
export function learnLayers(given: unknown): void {
  names = Array.isArray(given) ? given.map(String) : [];
}

/** A layer for people: the name that its model has for it, or its number. */
export function layerLabel(layer: number): string {
  return names[layer] ?? `layer ${layer}`;
}

/** The same where "layer" stands beside it. */
export function layerChoice(layer: number): string {
  return names[layer] ?? String(layer);
}
