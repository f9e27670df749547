import { mount } from 'svelte';
import App from './App.svelte';
import { ApiClient } from './api/client.js';
import { chosenTheme, showTheme } from './state/themeChoice.js';
import { learnCells } from './words/cells.js';
import { learnStore } from './words/commands.js';
import 'uplot/dist/uPlot.min.css';
import './app.css';

showTheme(chosenTheme());

/** Draws the page when the server has said what cells there are; without an answer, with their plain names. */
async function start(): Promise<void> {
  const api = new ApiClient();
  try {
    const { cells, storeOption } = await api.store();
    learnCells(cells);
    learnStore(storeOption);
  } catch (error) {
    console.warn('The server does not say which cells it knows.', error);
  }
  const target = document.getElementById('app');
  if (target !== null) mount(App, { target });
}

void start();
