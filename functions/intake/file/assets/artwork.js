// Sends files with an enquiry: chosen on the form, they are sent once the enquiry is taken; on the page after it, as soon as they are chosen. Each goes
// straight to the store under a policy that the door signs, and the door looks at it. Without this script the pages work with one file at a time.
(function () {
  "use strict";

  function make(tag, attributes, children) {
    var node = document.createElement(tag);
    Object.keys(attributes || {}).forEach(function (name) {
      if (attributes[name] === true) node.setAttribute(name, "");
      else if (attributes[name]) node.setAttribute(name, attributes[name]);
    });
    (children || []).forEach(function (child) { node.append(child); });
    return node;
  }

  function say(phrase, file, percent) {
    return phrase.replace("{name}", file.name).replace("{percent}", percent);
  }

  // fits says whether a file may be of a kind that is taken, by its name or its type. What has no ending may be.
  function fits(setup, file) {
    var ending = /\.[a-z0-9]{1,5}$/.exec(file.name.toLowerCase());
    return !ending || setup.kinds.includes(ending[0]) || setup.kinds.includes(file.type);
  }

  // misfit is why a file cannot be sent at all; empty where it can.
  function misfit(setup, file) {
    if (!fits(setup, file)) return setup.words.wrong_kind;
    return file.size > setup.bytes ? setup.words.too_large : "";
  }

  // chooser is a label that looks like a button, around a file input, whose own words would be the browser's. It hands over what was chosen and is empty again.
  function chooser(setup, take) {
    var input = make("input", { type: "file", id: "artwork-files", multiple: true, accept: setup.accept, "aria-describedby": "artwork-hint" });
    input.addEventListener("change", function () {
      var files = Array.from(input.files);
      input.value = "";
      take(files);
    });
    return make("label", { class: "chooser" }, [setup.words.choose, input]);
  }

  // send has one file announced, stored and looked at; line shows how it stands, and status says it aloud when something is settled.
  function send(setup, file, line, status) {
    var words = setup.words;
    var query = setup.action.indexOf("?");
    var lang = document.documentElement.lang.slice(0, 2);
    function show(text, progress) {
      line.state.textContent = text;
      line.bar.hidden = progress === undefined;
      if (progress !== undefined) line.bar.value = progress;
    }
    function ask(path, body) {
      return fetch(path, {
        method: "POST", credentials: "omit", referrerPolicy: "no-referrer",
        headers: { "Content-Type": "application/json", "Accept": "application/json", "Accept-Language": lang }, body: JSON.stringify(body)
      }).then(function (response) {
        return response.json().then(function (answer) {
          if (response.ok) return answer;
          var fault = answer.errors && answer.errors[0];
          throw { said: fault ? fault.detail : answer.detail, again: response.status >= 500 || response.status === 429 };
        });
      });
    }
    function store(upload) {
      return new Promise(function (done, fail) {
        var form = new FormData();
        Object.keys(upload.fields).forEach(function (name) { form.append(name, upload.fields[name]); });
        form.append("file", file);
        var request = new XMLHttpRequest();
        request.open("POST", upload.url);
        request.upload.addEventListener("progress", function (e) {
          if (e.lengthComputable) show(say(words.sending, file, Math.floor(100 * e.loaded / e.total)), e.loaded / e.total);
        });
        request.addEventListener("load", function () { if (request.status < 300) done(); else fail({ again: true }); });
        request.addEventListener("error", function () { fail({ again: true }); });
        request.send(form);
      });
    }
    show(say(words.sending, file, 0), 0);
    return ask(setup.action, { name: file.name, bytes: file.size, type: file.type }).then(function (offer) {
      return store(offer.upload).then(function () {
        show(say(words.checking, file));
        return ask(setup.action.slice(0, query) + "/" + offer.id + setup.action.slice(query), {});
      });
    }).then(function (result) {
      if (result.state === "refused" || result.state === "infected") throw { said: result.why };
      line.state.before(make("span", { class: "name" }, [file.name]));
      show(words.received);
      status.textContent = say(words.kept, file);
      return true;
    }).catch(function (problem) {
      var text = problem.said ? file.name + " – " + problem.said : say(words.failed, file);
      show(text);
      line.item.classList.add("refused");
      status.textContent = text;
      if (problem.again || !problem.said) line.retry(function () { return send(setup, file, line, status); });
      return false;
    });
  }

  // area makes the part for files send more than one of them, those first that were chosen on the form.
  function area(section, chosen) {
    var setup = JSON.parse(section.dataset.artwork);
    var list = section.querySelector(".files"), status = section.querySelector(".progress"), form = section.querySelector("form");
    var left = setup.left, under = 0, queue = Promise.resolve();
    function add(file) {
      var line = { state: make("span", { class: "state" }), bar: make("progress", { max: "1", value: "0", "aria-label": file.name }) };
      line.item = make("li", {}, [line.state, line.bar]);
      line.retry = function (again) {
        var button = make("button", { type: "button", class: "retry" }, [say(setup.words.retry, file)]);
        button.addEventListener("click", function () {
          button.remove();
          line.item.classList.remove("refused");
          begin(again);
        });
        line.item.append(button);
      };
      list.append(line.item);
      var wrong = left === 0 ? setup.words.too_many : misfit(setup, file);
      if (wrong) {
        line.state.textContent = say(wrong, file);
        status.textContent = line.state.textContent;
        line.bar.hidden = true;
        line.item.classList.add("refused");
        return;
      }
      left--;
      begin(function () { return send(setup, file, line, status); });
    }
    // One after the other: a visitor's line is the bottleneck, and the store's limits are counted in one record.
    function begin(step) {
      under++;
      section.setAttribute("aria-busy", "true");
      queue = queue.then(step).then(function (kept) {
        if (!kept) left++;
        if (--under === 0) section.removeAttribute("aria-busy");
      });
    }
    if (form) {
      form.replaceWith(chooser(setup, function (files) { files.forEach(add); }));
    }
    chosen.forEach(add);
  }

  // field lets files be chosen on the form; they stay with this page until the enquiry is taken.
  function field(box, chosen) {
    var setup = JSON.parse(box.dataset.artworkField), words = setup.words;
    var later = box.querySelector(".later"), list = make("ul", { class: "files" }), status = make("p", { class: "progress", role: "status" });
    var input = chooser(setup, function (files) {
      var notes = [];
      files.forEach(function (file) {
        var wrong = misfit(setup, file);
        if (wrong) notes.push(say(wrong, file));
        else if (chosen.length >= setup.most) notes.push(say(words.too_many, file));
        else chosen.push(file);
      });
      status.textContent = notes.join(" ");
      draw();
    });
    function draw() {
      list.replaceChildren.apply(list, chosen.map(function (file) {
        var remove = make("button", { type: "button", class: "remove" }, [say(words.remove, file)]);
        remove.addEventListener("click", function () {
          chosen.splice(chosen.indexOf(file), 1);
          draw();
          input.querySelector("input").focus();
        });
        return make("li", {}, [make("span", { class: "name" }, [file.name]), make("span", { class: "state" }, [words.chosen]), remove]);
      }));
    }
    later.replaceWith(list, status, input);
    draw();
    var form = box.closest("form");
    form.addEventListener("submit", function (event) {
      if (chosen.length === 0) return;
      event.preventDefault();
      if (form.hasAttribute("aria-busy")) return; // a second click
      form.setAttribute("aria-busy", "true");
      var by = event.submitter, typed = new URLSearchParams(new FormData(form));
      if (by && by.name) typed.append(by.name, by.value);
      fetch((by && by.hasAttribute("formaction")) ? by.formAction : form.action, {
        method: "POST", body: typed, headers: { "Accept": "text/html" }, credentials: "omit"
      }).then(function (response) {
        return response.text().then(function (text) { turn(response, text, chosen); });
      }).catch(function () {
        form.removeAttribute("aria-busy");
        status.textContent = words.unsent;
      });
    });
  }

  // turn shows the page that the form was answered with, as the browser would, and keeps the files that were chosen.
  function turn(response, text, chosen) {
    var page = new DOMParser().parseFromString(text, "text/html");
    document.title = page.title;
    document.documentElement.lang = page.documentElement.lang;
    ["header", "main", "footer"].forEach(function (part) {
      var now = document.querySelector(part), next = page.querySelector(part);
      if (now && next) now.replaceWith(next);
    });
    if (response.redirected) {
      history.pushState(null, "", response.url);
      addEventListener("popstate", function () { location.reload(); });
    } else {
      history.replaceState(null, "", response.url); // a form in the other language has an address of its own
    }
    scrollTo(0, 0);
    var first = document.querySelector("#errors") || document.querySelector("main h1");
    first.setAttribute("tabindex", "-1");
    first.focus();
    start(chosen);
  }

  function start(chosen) {
    var box = document.querySelector("[data-artwork-field]"), section = document.querySelector("[data-artwork]");
    if (box) field(box, chosen);
    if (section) area(section, chosen);
  }
  start([]);
})();
