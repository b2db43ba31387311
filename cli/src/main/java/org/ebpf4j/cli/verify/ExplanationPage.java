package org.ebpf4j.cli.verify;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.ebpf4j.Verdict;
import org.ebpf4j.error.SafeText;
import org.ebpf4j.verifierlog.Explanation;
import org.ebpf4j.verifierlog.Explanation.Step;
import org.ebpf4j.verifierlog.SourceLine;

/// Rejections as one page of HTML, which wants nothing besides itself: the lines of C to the left,
/// the path through them to the right, the end of the log below.
final class ExplanationPage {
  private static final String STYLE =
      """
      body{font:15px/1.45 system-ui,sans-serif;margin:2em;color:#222;background:#fff}
      h2{margin:2em 0 .2em}
      .head{font-weight:600;color:#a40000}
      .mend{margin:.3em 0 1em}
      .two{display:flex;gap:2em;align-items:flex-start;flex-wrap:wrap}
      .two>*{flex:1 1 28em;min-width:0}
      pre,code{font:13px/1.5 ui-monospace,monospace}
      pre{overflow-x:auto;margin:0}
      .l{display:block;padding:0 .5em}
      .l i{color:#888;font-style:normal;display:inline-block;width:4em;text-align:right;margin-right:1em}
      .l.path{background:#fff6d6}
      .l.fault{background:#ffdede}
      .l:target{outline:2px solid #3465a4}
      mark{background:#f6c000;color:#000}
      .l.fault mark{background:#e44;color:#fff}
      ol{margin:0;padding-left:1.6em}
      li{margin-bottom:.7em}
      details{margin-top:1em}
      @media(prefers-color-scheme:dark){body{background:#1b1b1b;color:#ddd}.head{color:#ff8080}
      .l.path{background:#4a4012}.l.fault{background:#5a1c1c}a{color:#8ab4f8}}
      """;

  private ExplanationPage() {}

  /// The page of some verdicts, of which those with an explanation are shown.
  static byte[] of(List<FileVerdict> verdicts) {
    var html = new StringBuilder();
    html.append("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"/>")
        .append("<meta name=\"viewport\" content=\"width=device-width\"/>")
        .append("<title>Rejected programs</title><style>\n")
        .append(STYLE)
        .append("</style></head><body>\n<h1>Rejected programs</h1>\n");
    var shown = 0;
    for (var each : verdicts) {
      if (each.verdict().explanation().isPresent()) {
        section(html, each, each.verdict().explanation().get(), shown++);
      }
    }
    if (shown == 0) {
      html.append("<p>The verifier rejected none.</p>\n");
    }
    return html.append("</body></html>\n").toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void section(
      StringBuilder html, FileVerdict each, Explanation explanation, int number) {
    var steps = new ArrayList<>(explanation.path());
    explanation.at().ifPresent(steps::add);
    html.append("<section>\n<h2>")
        .append(text(each.file() + ": " + each.verdict().program()))
        .append("</h2>\n<p class=\"head\">")
        .append(text(explanation.headline()))
        .append("</p>\n");
    explanation
        .mend()
        .ifPresent(mend ->
            html.append("<p class=\"mend\"><b>Try:</b> ").append(text(mend)).append("</p>\n"));
    explanation
        .reason()
        .ifPresent(
            reason -> html.append("<p>The kernel says: ").append(text(reason)).append("</p>\n"));
    html.append("<div class=\"two\">\n");
    source(html, explanation, steps, number);
    path(html, explanation, steps, number);
    html.append("</div>\n");
    log(html, each.verdict());
    html.append("</section>\n");
  }

  private static void source(
      StringBuilder html, Explanation explanation, List<Step> steps, int number) {
    html.append("<pre>");
    var file = "";
    for (var line : explanation.source()) {
      if (!line.file().equals(file)) {
        file = line.file();
        html.append("<b>").append(text(file)).append("</b>\n");
      }
      line(html, line, steps, number);
    }
    html.append(explanation.source().isEmpty() ? "compiled without lines of C" : "")
        .append("</pre>\n");
  }

  private static void line(StringBuilder html, SourceLine line, List<Step> steps, int number) {
    var here = steps.stream().filter(s -> isAt(s, line)).toList();
    var fault = here.stream().anyMatch(s -> s.kind() == Explanation.Kind.FAULT);
    html.append("<span class=\"l")
        .append(fault ? " fault" : here.isEmpty() ? "" : " path")
        .append("\" id=\"")
        .append(anchor(line, number))
        .append("\"><i>")
        .append(line.line())
        .append("</i>");
    // Marked where the last step on it is, as far as the next word.
    var at = here.isEmpty() ? -1 : column(here.getLast());
    var code = line.text().replace('\t', ' ');
    if (at >= 0 && at < code.length()) {
      var end = at + 1;
      while (end < code.length() && Character.isJavaIdentifierPart(code.charAt(end))) {
        end++;
      }
      html.append(text(code.substring(0, at)))
          .append("<mark>")
          .append(text(code.substring(at, end)))
          .append("</mark>")
          .append(text(code.substring(end)));
    } else {
      html.append(text(code));
    }
    html.append("</span>");
  }

  private static int column(Step step) {
    return step.line().map(line -> line.column() - 1).orElse(-1);
  }

  private static boolean isAt(Step step, SourceLine line) {
    return step.line()
        .filter(l -> l.line() == line.line() && l.file().equals(line.file()))
        .isPresent();
  }

  private static String anchor(SourceLine line, int number) {
    return "p" + number + "-" + Integer.toHexString(line.file().hashCode()) + "-" + line.line();
  }

  private static void path(
      StringBuilder html, Explanation explanation, List<Step> steps, int number) {
    html.append("<div>");
    if (!explanation.whole()) {
      html.append("<p>The log does not go back to where the value comes from.</p>");
    }
    if (explanation.omitted() > 0) {
      html.append("<p>")
          .append(explanation.omitted())
          .append(" steps after the first are left out.</p>");
    }
    html.append("<ol>\n");
    for (var step : steps) {
      var fault = step.kind() == Explanation.Kind.FAULT;
      html.append("<li>").append(fault ? "<b>The fault.</b> " : "").append(text(step.note()));
      html.append("<br/><code>").append(step.instruction()).append(": ").append(text(step.text()));
      html.append("</code>");
      step.line()
          .filter(line -> line.line() > 0)
          .ifPresent(line ->
              html.append("<br/><a href=\"#")
                  .append(anchor(line, number))
                  .append("\">")
                  .append(text(line.file() + ":" + line.line()))
                  .append("</a> <code>")
                  .append(text(line.shown()))
                  .append("</code>"));
      html.append("</li>\n");
    }
    html.append("</ol></div>\n");
  }

  private static void log(StringBuilder html, Verdict verdict) {
    if (!verdict.log().isEmpty()) {
      html.append("<details><summary>End of the log</summary><pre>");
      verdict.log().lines().forEach(line -> html.append(text(line)).append('\n'));
      html.append("</pre></details>\n");
    }
  }

  /// Text that HTML and terminals take for nothing else.
  private static String text(String text) {
    return SafeText.line(text)
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
