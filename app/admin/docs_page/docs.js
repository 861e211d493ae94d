// Shows an OpenAPI document of this server; asks for the admin token, if it takes one.
"use strict";

const TOKEN = "opsemu-admin-token"; // in sessionStorage, as on the page at /__admin/
const OPTIONS = { deepLinking: true, displayOperationId: true, docExpansion: "none", filter: true };
const form = document.getElementById("token-form");
const path = document.body.dataset.document;

async function show() {
  const token = sessionStorage.getItem(TOKEN);
  const headers = token ? { Authorization: `Bearer ${token}` } : {};
  const response = await fetch(path, { headers });
  form.hidden = response.status !== 401;
  if (response.ok) {
    SwaggerUIBundle({ spec: await response.json(), dom_id: "#docs", ...OPTIONS });
  } else if (form.hidden) {
    document.getElementById("docs").textContent = (await response.json()).message;
  }
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  sessionStorage.setItem(TOKEN, document.getElementById("token").value);
  show();
});
show();
