// The hidden layers in the setup, one row each: units, activation, dropout, batch norm.

/** @param {any} body of the table @param {any} more its button @param {any} catalog @param {{stage: (fields: any) => void}} on */
export function createLayers(body, more, catalog, on) {
  let shown = "";
  let now = [];
  const edit = (change) => {
    const hidden = now.map((layer) => ({ ...layer }));
    change(hidden);
    if (hidden.length <= catalog.limits.layers) on.stage({ hidden });
  };
  const options = (items, value) =>
    items
      .map(
        (name) =>
          `<option value="${name}"${String(name) === String(value) ? " selected" : ""}>${String(name).replaceAll("_", " ")}</option>`,
      )
      .join("");
  const rates = ["as the run", 0, 0.1, 0.2, 0.25, 0.3, 0.4, 0.5, 0.75, 1];
  body.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    const k = Number(button.closest("tr").dataset.layer);
    const by = button.dataset.by;
    if (by === "x") edit((hidden) => hidden.splice(k, 1));
    else if (by)
      edit((hidden) => {
        hidden[k].units = Math.max(1, Math.min(catalog.limits.units, hidden[k].units + Number(by)));
      });
    else
      edit((hidden) => {
        hidden[k].batch_norm = button.getAttribute("aria-checked") !== "true";
      });
  });
  body.addEventListener("change", (event) => {
    const k = Number(event.target.closest("tr").dataset.layer);
    const { name, value } = event.target;
    edit((hidden) => {
      if (name === "activation") hidden[k].activation = value;
      else if (value === "as the run") delete hidden[k].dropout;
      else hidden[k].dropout = Number(value);
    });
  });
  more.addEventListener("click", () =>
    edit((hidden) => hidden.push({ units: 4, activation: hidden.at(-1)?.activation ?? "tanh" })),
  );
  return {
    /** @param {any} state */
    render({ config, pending }) {
      const merged = { ...config, ...pending };
      now = merged.hidden;
      const key = JSON.stringify([config.hidden, merged.hidden, merged.batch_norm]);
      if (key === shown) return;
      shown = key;
      const focus = [...body.querySelectorAll("button, select")].indexOf(document.activeElement);
      body.innerHTML = now
        .map((layer, i) => {
          const was = config.hidden[i];
          const changed = JSON.stringify(was) !== JSON.stringify(layer);
          const norm = layer.batch_norm ?? merged.batch_norm;
          const choices = rates.includes(layer.dropout ?? "as the run") ? rates : [...rates, layer.dropout];
          return `<tr data-layer="${i}" class="${changed ? "changed" : ""}"><td>${i + 1}</td><td><button type="button" data-by="-1" aria-label="Layer ${i + 1}: one unit fewer">−</button><b>${layer.units}</b><button type="button" data-by="1" aria-label="Layer ${i + 1}: one unit more">+</button></td>
<td><select name="activation" aria-label="Layer ${i + 1}: activation">${options(
            catalog.activations.map((a) => a.name),
            layer.activation,
          )}</select>${changed ? ` <small class="was">${was ? `was ${was.units} ${was.activation.replaceAll("_", " ")}` : "new"}</small>` : ""}</td>
<td><select name="dropout" aria-label="Layer ${i + 1}: dropout">${options(choices, layer.dropout ?? "as the run")}</select></td>
<td><button class="toggle" type="button" role="switch" aria-checked="${norm}" aria-label="Layer ${i + 1}: batch norm"></button></td>
<td><button type="button" data-by="x" aria-label="Remove layer ${i + 1}" title="Remove layer ${i + 1}">×</button></td></tr>`;
        })
        .join("");
      if (focus >= 0) body.querySelectorAll("button, select")[focus]?.focus();
    },
  };
}
