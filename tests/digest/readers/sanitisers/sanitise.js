// Reads HTML and writes it as the named sanitiser leaves it, with the sanitiser's defaults.
const html = require("fs").readFileSync(0, "utf8");
const by = {
  "sanitize-html": () => require("sanitize-html")(html),
  dompurify: () => {
    const { JSDOM } = require("jsdom");
    return require("dompurify")(new JSDOM("").window).sanitize(html);
  },
};
process.stdout.write(by[process.argv[2]]());
