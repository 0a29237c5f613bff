// Draws a form of the print shop where its script element stands, and posts it. No cookies, no inline styles, nothing evaluated: it works under a
// strict content security policy that lets it load from and connect to the form's own address. Its style sheet weighs nothing against the page's own rules.
(function (form) {
  "use strict";
  var here = document.currentScript;
  if (!here || !form) return;

  function make(tag, attributes, children) {
    var node = document.createElement(tag);
    Object.keys(attributes || {}).forEach(function (name) {
      var value = attributes[name];
      if (value === true) node.setAttribute(name, "");
      else if (value || value === "") node.setAttribute(name, value); // an option without a value would send its words
    });
    (children || []).forEach(function (child) { node.append(child); });
    return node;
  }

  function whole(path) { return new URL(path, here.src).href; }

  // Whoever keeps the page reads this in the browser's console.
  function report(text) { console.error("Afterpress: " + text); }

  if (form.origins.indexOf(location.origin) < 0) {
    report(location.origin + " is not among the websites of the form " + form.id + ". Add it to its origins: PATCH /forms/" + form.id + "/definition");
    here.after(make("p", { class: "afterpress-elsewhere", lang: form.lang }, [make("a", { href: whole(form.action) }, [form.words.elsewhere])]));
    return;
  }

  function control(field, id) {
    var about = (field.hint ? id + "-hint " : "") + id + "-error";
    var common = { id: id, name: field.name, required: field.required, "aria-describedby": about, autocomplete: field.fill, maxlength: field.max };
    if (field.options) {
      var list = [make("option", { value: "" }, [form.words.choose])];
      field.options.forEach(function (o) { list.push(make("option", { value: o.value }, [o.label])); });
      return make("select", common, list);
    }
    if (field.type === "area") return make("textarea", Object.assign(common, { rows: "5" }));
    return make("input", Object.assign(common, { type: field.type === "box" ? "checkbox" : field.type, inputmode: field.mode, min: field.min }));
  }

  var controls = {}, errors = {};
  var rows = form.fields.map(function (field) {
    var id = "afterpress-" + form.id + "-" + field.name, box = field.type === "box";
    controls[field.name] = control(field, id);
    errors[field.name] = make("p", { id: id + "-error", class: "afterpress-error" });
    var label = make("label", { for: id }, [field.label]);
    if (field.optional) label.append(" ", make("span", { class: "afterpress-optional" }, [form.words.optional]));
    var hint = field.hint ? [make("p", { id: id + "-hint", class: "afterpress-hint" }, [field.hint])] : [];
    return make("div", { class: "afterpress-field" + (box ? " afterpress-box" : "") },
      (box ? [controls[field.name], label] : [label]).concat(hint, [errors[field.name]], box ? [] : [controls[field.name]]));
  });
  var trap = make("input", { type: "text", name: form.trap, tabindex: "-1", autocomplete: "off" });
  var button = make("button", { type: "submit" }, [form.words.send]);
  var notice = (form.privacy || []).map(function (line) { return make("p", { class: "afterpress-hint" }, [line]); });
  if (form.privacy_at) {
    var leads = make("a", { href: form.privacy_at, rel: "noreferrer" }, [form.words.privacy]);
    notice.push(make("p", {}, [leads]));
  }
  var element = make("form", { class: "afterpress-form", lang: form.lang, novalidate: true },
    rows.concat([make("div", { hidden: true, "aria-hidden": "true" }, [trap]), button], notice));

  function answer() {
    var out = {};
    form.fields.forEach(function (field) {
      var c = controls[field.name];
      var question = field.name.indexOf("answers.") === 0;
      if (question) { out.answers = out.answers || {}; out.answers[field.name.slice(8)] = c.value; }
      else if (field.type === "box") out[field.name] = c.checked;
      else if (field.mode === "numeric") { if (c.value.trim()) out[field.name] = /^\d+$/.test(c.value.trim()) ? Number(c.value) : c.value; }
      else out[field.name] = c.value;
    });
    out[form.trap] = trap.value;
    out[form.stamp] = form.opened;
    return out;
  }

  // What is wrong stands beside its field, and all of it in a summary that takes the focus: one line for each fault, leading to its field.
  // Where the trouble is ours, or too much comes at once, it says whom to call.
  var summary = null;
  function blame(title, faults, ours) {
    if (summary) summary.remove();
    summary = null;
    var lines = [];
    form.fields.forEach(function (field) {
      var c = controls[field.name];
      var fault = faults.find(function (f) { return f.pointer.slice(1).replace("/", ".") === field.name; });
      errors[field.name].textContent = fault ? fault.detail : "";
      if (!fault) { c.removeAttribute("aria-invalid"); return; }
      c.setAttribute("aria-invalid", "true");
      var about = fault.detail.indexOf(field.label) < 0 ? field.label + form.words.says + fault.detail : fault.detail;
      var link = make("a", { href: "#" + c.id }, [about]);
      link.addEventListener("click", function (event) { event.preventDefault(); c.focus(); }); // the page's address stays its own
      lines.push(make("li", {}, [link]));
    });
    faults.forEach(function (fault) {
      if (!controls[fault.pointer.slice(1).replace("/", ".")]) lines.push(make("li", {}, [fault.detail]));
    });
    if (!title) return;
    var id = "afterpress-" + form.id + "-summary";
    summary = make("div", { class: "afterpress-summary", role: "group", tabindex: "-1", "aria-labelledby": id }, [make("p", { id: id }, [title])]);
    if (lines.length) summary.append(make("ul", {}, lines));
    if (ours && form.phone) {
      var number = make("a", { href: "tel:" + form.phone }, [form.written]);
      summary.append(make("p", { class: "afterpress-call" }, [form.words.urgent, number]));
    }
    element.prepend(summary);
    summary.focus();
  }

  function finish(body) {
    if (body.redirect) { location.assign(body.redirect); return; }
    var thanks = make("p", { class: "afterpress-thanks", role: "status", tabindex: "-1" }, [form.words.thanks]);
    element.replaceChildren(thanks);
    if (body.reference) {
      element.append(make("p", { class: "afterpress-reference" },
        [form.words.reference + " ", make("code", {}, [body.reference])]));
    }
    if (body.artwork) {
      var link = make("a", { href: whole(body.artwork + "?lang=" + form.action.split("lang=")[1].slice(0, 2)) },
        [form.words.files]);
      element.append(make("p", { class: "afterpress-files" }, [link]));
    }
    thanks.focus();
  }

  element.addEventListener("submit", function (event) {
    event.preventDefault();
    if (button.disabled) return;
    button.disabled = true;
    fetch(whole(form.action), {
      method: "POST", mode: "cors", credentials: "omit", referrerPolicy: "no-referrer",
      headers: { "Content-Type": "application/json", "Accept-Language": form.lang }, body: JSON.stringify(answer())
    }).then(function (response) {
      return response.json().then(function (body) {
        button.disabled = false;
        var ours = response.status === 429 || response.status >= 500;
        if (response.ok) finish(body);
        else blame(body.detail || form.words.failed, body.errors || [], ours);
      });
    }).catch(function () {
      button.disabled = false;
      blame(form.words.failed, [], true); // so does a refusal of the gateway end, which no other site may read
      report("this page could not reach " + whole("/") + ". If it has a Content-Security-Policy, connect-src needs that address.");
    });
  });

  document.head.append(make("link", { rel: "stylesheet", href: whole(form.sheet) }));
  here.after(element);
})
