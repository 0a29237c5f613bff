// Draws a form of the print shop where its script element stands, and posts it. No cookies, no inline styles, nothing evaluated: it works under a
// strict content security policy that lets it load and connect to the form's own address. Style it by the class names.
(function (form) {
  "use strict";
  var here = document.currentScript;
  if (!here || !form) return;

  function make(tag, attributes, children) {
    var node = document.createElement(tag);
    Object.keys(attributes || {}).forEach(function (name) {
      if (attributes[name] === true) node.setAttribute(name, "");
      else if (attributes[name]) node.setAttribute(name, attributes[name]);
    });
    (children || []).forEach(function (child) { node.append(child); });
    return node;
  }

  function control(field, id) {
    var common = { id: id, name: field.name, required: field.required, "aria-describedby": id + "-error", autocomplete: field.fill, maxlength: field.max };
    if (field.options) {
      var list = [make("option", { value: "" }, [form.words.choose])];
      field.options.forEach(function (o) { list.push(make("option", { value: o.value }, [o.label])); });
      return make("select", common, list);
    }
    if (field.type === "area") return make("textarea", Object.assign(common, { rows: "5" }));
    return make("input", Object.assign(common, { type: field.type === "box" ? "checkbox" : field.type, inputmode: field.mode }));
  }

  var controls = {}, errors = {};
  var rows = form.fields.map(function (field) {
    var id = "afterpress-" + form.id + "-" + field.name;
    controls[field.name] = control(field, id);
    errors[field.name] = make("p", { id: id + "-error", class: "afterpress-error", role: "alert" });
    var label = make("label", { for: id }, [field.label]);
    return make("div", { class: "afterpress-field" }, field.type === "box" ? [controls[field.name], label, errors[field.name]] : [label, controls[field.name], errors[field.name]]);
  });
  var trap = make("input", { type: "text", name: form.trap, tabindex: "-1", autocomplete: "off" });
  var notice = make("p", { class: "afterpress-notice", role: "status" });
  var button = make("button", { type: "submit" }, [form.words.send]);
  var element = make("form", { class: "afterpress-form", lang: form.lang, novalidate: true },
    rows.concat([make("div", { hidden: true, "aria-hidden": "true" }, [trap]), button, notice]));

  function answer() {
    var out = {};
    form.fields.forEach(function (field) {
      var c = controls[field.name];
      if (field.type === "box") out[field.name] = c.checked;
      else if (field.mode === "numeric") { if (c.value.trim()) out[field.name] = Number(c.value); }
      else out[field.name] = c.value;
    });
    out[form.trap] = trap.value;
    out[form.stamp] = form.opened;
    return out;
  }

  function blame(faults) {
    var first;
    form.fields.forEach(function (field) {
      var fault = faults.find(function (f) { return f.pointer === "/" + field.name; });
      errors[field.name].textContent = fault ? fault.detail : "";
      if (fault) controls[field.name].setAttribute("aria-invalid", "true");
      else controls[field.name].removeAttribute("aria-invalid");
      if (fault && !first) first = controls[field.name];
    });
    if (first) first.focus();
  }

  element.addEventListener("submit", function (event) {
    event.preventDefault();
    button.disabled = true;
    notice.textContent = "";
    fetch(new URL(form.action, here.src), {
      method: "POST", mode: "cors", credentials: "omit", referrerPolicy: "no-referrer",
      headers: { "Content-Type": "application/json", "Accept-Language": form.lang }, body: JSON.stringify(answer())
    }).then(function (response) {
      return response.json().then(function (body) {
        button.disabled = false;
        blame(body.errors || []);
        if (!response.ok) { notice.textContent = body.detail || form.words.failed; return; }
        if (body.redirect) { location.assign(body.redirect); return; }
        element.replaceChildren(make("p", { class: "afterpress-thanks", role: "status" }, [form.words.thanks]));
      });
    }).catch(function () {
      button.disabled = false;
      notice.textContent = form.words.failed;
    });
  });
  here.after(element);
})
