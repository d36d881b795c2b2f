// Filters the rows, and shows the row that a link points to. Without scripts the controls stay hidden and all
// rows are visible.
const form = document.querySelector('form.filter');
const rows = [...document.querySelectorAll('tr[data-status]')];

if (form !== null) {
  form.hidden = false;
  form.addEventListener('input', filter);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
  });
  form.addEventListener('reset', () => {
    // The browser restores the controls' values after this event, so filter after that.
    setTimeout(filter);
  });
  filter();
}
addEventListener('hashchange', showTarget);
showTarget();

// Evidence that is folded on the screen is printed unfolded.
let folded = [];
addEventListener('beforeprint', () => {
  folded = [...document.querySelectorAll('.failure details:not([open])')];
  for (const details of folded) {
    details.open = true;
  }
});
addEventListener('afterprint', () => {
  for (const details of folded) {
    details.open = false;
  }
});

function filter() {
  const chosen = new FormData(form);
  const statuses = chosen.getAll('status');
  const words = String(chosen.get('words')).toLowerCase().split(/\s+/);
  let shown = 0;
  for (const row of rows) {
    const text = row.textContent.toLowerCase();
    row.hidden = !(
      row.dataset.status.split(' ').some((status) => statuses.includes(status)) &&
      ['', row.dataset.chapter].includes(chosen.get('chapter')) &&
      (!chosen.has('differing') || 'differing' in row.dataset) &&
      words.every((word) => text.includes(word))
    );
    shown += row.hidden ? 0 : 1;
  }
  for (const body of document.querySelectorAll('tbody[data-chapter]')) {
    body.hidden = body.querySelector('tr[data-status]:not([hidden])') === null;
  }
  form.querySelector('output').textContent = `${shown} of ${rows.length} requirements shown`;
}

/** Shows the row of a linked requirement even if a filter hides it. */
function showTarget() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (target === null) {
    return;
  }
  if (target.closest('[hidden]') !== null) {
    form.reset();
    rows.forEach((row) => {
      row.hidden = false;
    });
    document.querySelectorAll('tbody[data-chapter]').forEach((body) => {
      body.hidden = false;
    });
  }
  for (const details of target.querySelectorAll(':scope > * > details')) {
    details.open = true;
  }
  target.scrollIntoView();
}
