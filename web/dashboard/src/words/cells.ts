const labels: Readonly<Record<string, string>> = {
  rnn: 'RNN', 'rnn-tanh': 'RNN', 'rnn-relu': 'RNN, ReLU', 'rnn-sigmoid': 'RNN, sigmoid', lstm: 'LSTM', gru: 'GRU',
  'gru-reset-before': 'GRU, reset before',
};

/** A cell's name for people. */
export function cellLabel(cell: string): string {
  return labels[cell] ?? cell;
}
