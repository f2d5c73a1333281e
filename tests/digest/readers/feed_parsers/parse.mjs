// Reads a feed from stdin with the parser that is named, and prints what a reader shows of it.
import { readFileSync } from "node:fs";

const text = readFileSync(0, "utf8");
const parsers = {
  async "rss-parser"() {
    const { default: Parser } = await import("rss-parser");
    const found = await new Parser().parseString(text);
    return found.items.map((item) => ({
      id: item.guid ?? item.id,
      title: item.title,
      url: item.link,
      published: item.isoDate,
      content: item["content:encoded"] ?? item.content,
    }));
  },
  async feedsmith() {
    const { parseFeed } = await import("feedsmith");
    const { format, feed } = parseFeed(text);
    return (feed.items ?? feed.entries).map((item) => FORMS[format](item));
  },
};
const textOf = (value) => (typeof value === "object" ? value?.value : value);
const FORMS = {
  atom: (item) => ({
    id: item.id,
    title: textOf(item.title),
    url: item.links[0].href,
    published: item.published,
    content: textOf(item.content),
  }),
  rss: (item) => ({
    id: item.guid.value,
    title: textOf(item.title),
    url: item.link,
    published: item.pubDate,
    content: item.content?.encoded,
  }),
  json: (item) => ({
    id: item.id,
    title: item.title,
    url: item.url,
    published: item.date_published,
    content: item.content_html,
  }),
};
console.log(JSON.stringify(await parsers[process.argv[2]]()));
