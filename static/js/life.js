// The life of one page in the long life of a document: what a part listens to or waits for ends with its page.

const parts = [];
let page = null;

class Page {
  #over = new AbortController();
  #timers = new Set();

  get isOver() {
    return this.#over.signal.aborted;
  }

  // Before anyone else hears of it.
  on(target, types, act) {
    const { signal } = this.#over;
    for (const type of types.split(" ")) target.addEventListener(type, act, { signal, capture: true });
  }

  // Each returns a function that calls it off.
  after(ms, act) {
    const stop = this.every(ms, () => {
      stop();
      act();
    });
    return stop;
  }

  every(ms, act) {
    const timer = setInterval(act, ms);
    this.#timers.add(timer);
    return () => {
      clearInterval(timer);
      this.#timers.delete(timer);
    };
  }

  end() {
    this.#over.abort();
    for (const timer of this.#timers) clearInterval(timer);
  }
}

// Each part is a function of a page, called for this one and for every one that takes its place.
export function startParts(...given) {
  parts.push(...given);
  turnPage(() => {});
}

export function turnPage(put) {
  page?.end();
  put();
  page = new Page();
  for (const start of parts) start(page);
}
