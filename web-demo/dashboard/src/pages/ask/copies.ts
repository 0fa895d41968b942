import { shellQuoted, withToken } from '../../format';
import { type Parameters, parametersOf, type Question } from './question';

/** The same question, asked from elsewhere. `origin`: where Sluice is, `http://localhost:8080`; `signed`: by who has a token. */
export interface Copy {
  name: string;
  about: string;
  write: (question: Question, origin: string, signed: boolean) => string;
}

export const COPIES: readonly Copy[] = [
  { name: 'curl', about: 'One JSON object a line, as it comes.', write: curl },
  {
    name: 'EventSource',
    about: 'In a browser, which comes back by itself after the last event that it had.',
    write: eventSource,
  },
  { name: 'Java', about: 'Java 17, no dependency: java Ask.java', write: java },
];

function entries(question: Question): [string, string][] {
  return Object.entries(parametersOf(question) as Required<Parameters>);
}

export function curl(question: Question, origin: string, signed = false): string {
  const data = entries(question).map(([name, value]) => `--data-urlencode ${shellQuoted(`${name}=${value}`)}`);
  const line = [`curl -NG ${shellQuoted(`${origin}/v1/query`)}`, ...data].join(' \\\n  ');
  return signed ? withToken(line) : line;
}

/** A browser sets no header of an EventSource: a ticket stands for the token. */
export function eventSource(question: Question, origin: string, signed = false): string {
  const members = entries(question).map(([name, value]) => `  ${name}: ${scriptQuoted(value)},`);
  return `const question = new URLSearchParams({
${members.join('\n')}
});
${signed ? ticketed(origin) : ''}const source = new EventSource(${scriptQuoted(`${origin}/v1/query?`)} + question);
for (const kind of ['row', 'update', 'watermark', 'gap']) {
  source.addEventListener(kind, (event) => console.log(kind, JSON.parse(event.data)));
}
source.addEventListener('end', () => source.close());
source.addEventListener('error', (event) => {
  // Without data the connection was cut: it comes back by itself.
  if (event.data) {
    console.error(JSON.parse(event.data));
    source.close();
  }
});
`;
}

function ticketed(origin: string): string {
  return `// Good for one request within 30 s: once the connection was cut, another is needed.
const given = await fetch(${scriptQuoted(`${origin}/v1/tickets`)}, {
  method: 'POST',
  headers: { Authorization: \`Bearer \${token}\` },
});
question.set('ticket', (await given.json()).ticket);
`;
}

export function java(question: Question, origin: string, signed = false): string {
  const puts = entries(question).map(([name, value]) => `    question.put("${name}", ${javaQuoted(value)});`);
  return `import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** Prints what is answered. When the connection is cut it comes back, and gets what it missed, once. */
public class Ask {
  private static String lastId = "";

  public static void main(String[] arguments) throws InterruptedException {
    Map<String, String> question = new LinkedHashMap<>();
${puts.join('\n')}
    URI uri = URI.create(${javaQuoted(`${origin}/v1/query?`)} + encoded(question));
    HttpClient client = HttpClient.newHttpClient();
    while (!answered(client, uri)) {
      Thread.sleep(1_000);
    }
  }

  /** Whether there is no more to come. */
  private static boolean answered(HttpClient client, URI uri) throws InterruptedException {
    HttpRequest.Builder request = HttpRequest.newBuilder(uri).header("Accept", "text/event-stream");${signed ? JAVA_TOKEN : ''}
    if (!lastId.isEmpty()) {
      request.header("Last-Event-ID", lastId);
    }
    try {
      var response = client.send(request.build(), BodyHandlers.ofLines());
      int status = response.statusCode();
      if (status != 200) {
        response.body().forEach(System.err::println);
        return status < 500 && status != 429;
      }
      return printed(response.body().iterator());
    } catch (IOException | UncheckedIOException cut) {
      return false;
    }
  }

  private static boolean printed(Iterator<String> lines) {
    String id = "";
    String event = "";
    String data = "";
    while (lines.hasNext()) {
      String line = lines.next();
      if (line.startsWith("id: ")) {
        id = line.substring(4);
      } else if (line.startsWith("event: ")) {
        event = line.substring(7);
      } else if (line.startsWith("data: ")) {
        data = line.substring(6);
      } else if (line.isEmpty() && !event.isEmpty()) {
        System.out.println(event + " " + data);
        lastId = id.isEmpty() ? lastId : id;
        if (event.equals("end") || event.equals("error")) {
          // Of what passes it says 429, or 500 and above.
          return !data.matches(".*\\"status\\":\\\\s*(429|5\\\\d\\\\d).*");
        }
        id = "";
        event = "";
      }
    }
    return false;
  }

  private static String encoded(Map<String, String> question) {
    return question.entrySet().stream()
        .map(entry -> entry.getKey() + "=" + URLEncoder.encode(entry.getValue(), StandardCharsets.UTF_8))
        .collect(Collectors.joining("&"));
  }
}
`;
}

const JAVA_TOKEN = `
    request.header("Authorization", "Bearer " + System.getenv("SLUICE_TOKEN"));`;

/** For JavaScript, in a file or in a script element of a page. */
export function scriptQuoted(text: string): string {
  return JSON.stringify(text)
    .replaceAll('<', '\\u003c')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');
}

/** For Java: lines stay lines. All but ASCII is escaped, as a file's encoding is not known. */
export function javaQuoted(text: string): string {
  const lines = text.split(/(?<=\n)/).map((line) => `"${[...line].map(javaEscaped).join('')}"`);
  return lines.length > 1 ? lines.join('\n            + ') : (lines[0] ?? '""');
}

const JAVA_ESCAPES: Record<string, string> = { '"': '\\"', '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function javaEscaped(character: string): string {
  const escaped = JAVA_ESCAPES[character];
  if (escaped !== undefined) {
    return escaped;
  }
  return /^[ -~]$/.test(character)
    ? character
    : character.replace(/[\s\S]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
