// Waiting for a pause.

/** A function that runs `act` once, `delay` milliseconds after its last call. */
export function afterPause(delay, act) {
  let timer;
  return (...given) => {
    clearTimeout(timer);
    timer = setTimeout(act, delay, ...given);
  };
}
