
'use strict';
// Hides what is not asked for, and opens all for paper. The page says the same without it.
(() => {
  const all = selector => [...document.querySelectorAll(selector)];
  const folds = all('details');
  const form = document.getElementById('filter');
  let opened = [];
  addEventListener('beforeprint', () => {
    opened = folds.filter(one => !one.open);
    opened.forEach(one => { one.open = true; });
  });
  addEventListener('afterprint', () => {
    opened.forEach(one => { one.open = false; });
    opened = [];
  });
  if (!form) return;

  const cards = all('.finding');
  const files = all('.file').map(file => ({ file, cards: [...file.querySelectorAll('.finding')] }));
  const [words, rule, shown, none] = ['words', 'rule', 'shown', 'none'].map(id => document.getElementById(id));
  const severities = [...form.querySelectorAll('[name=severity]')];
  const texts = new Map();
  const remember = () => {
    for (const { file, cards } of texts.size ? [] : files) {
      const name = file.querySelector('.name').textContent;
      cards.forEach(card => texts.set(card, (name + ' ' + card.textContent).toLowerCase()));
    }
  };
  const hide = (one, is) => {
    if (one.hidden !== is) one.hidden = is;
  };
  const apply = () => {
    const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    const levels = new Set(severities.filter(one => one.checked).map(one => one.value));
    if (wanted.length) remember();
    let count = 0;
    for (const { file, cards } of files) {
      let left = 0;
      for (const card of cards) {
        const fits = (!severities.length || levels.has(card.dataset.severity))
          && (!rule || !rule.value || rule.value === card.dataset.rule)
          && wanted.every(word => texts.get(card).includes(word));
        hide(card, !fits);
        if (fits) left += 1;
      }
      hide(file, !left);
      count += left;
    }
    hide(none, count > 0);
    shown.textContent = count === cards.length ? `${count} shown` : `${count} of ${cards.length} shown`;
  };
  // What is left begins where the findings begin, and that may be far above.
  const show = () => {
    apply();
    const heading = document.getElementById('findings');
    if (heading.getBoundingClientRect().top < 0) heading.scrollIntoView();
  };
  let timer = 0;
  words.addEventListener('input', () => {
    clearTimeout(timer);
    timer = setTimeout(show, 120);
  });
  form.addEventListener('change', show);
  form.addEventListener('submit', event => {
    event.preventDefault();
    show();
  });
  const fold = open => cards.forEach(card => {
    if (!card.hidden) card.open = open;
  });
  document.getElementById('open').addEventListener('click', () => fold(true));
  document.getElementById('close').addEventListener('click', () => fold(false));
  form.hidden = false;
  apply();
})();
