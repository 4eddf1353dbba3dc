(function () {
  var root = document.documentElement;
  var asked = location.hash.slice(1) || navigator.language || "zh";
  function choose(language) {
    document.getElementById("in-" + language).checked = true;
    root.lang = language === "zh" ? "zh-CN" : "en";
  }
  choose(/^zh/i.test(asked) ? "zh" : "en");
  ["zh", "en"].forEach(function (language) {
    document.getElementById("in-" + language).addEventListener("change", function () { choose(language); });
  });
})();
