package org.ebpf4j.cli.verify;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import org.ebpf4j.error.SafeText;

/// Verdicts as results of tests: a suite for each file, a case for each program and kernel. A
/// program that is refused failed; one that this verifier gave up on is skipped.
final class JunitReport {
  private JunitReport() {}

  static byte[] of(List<OfflineVerdict> verdicts) {
    var files = new LinkedHashMap<String, List<OfflineVerdict>>();
    verdicts.forEach(v -> files.computeIfAbsent(v.file(), _ -> new ArrayList<>()).add(v));
    var xml = new StringBuilder("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n");
    files.forEach((file, of) -> suite(xml, file, of));
    return xml.append("</testsuites>\n").toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void suite(StringBuilder xml, String file, List<OfflineVerdict> verdicts) {
    xml.append("  <testsuite name=\"").append(text(file)).append('"');
    count(xml, "tests", verdicts.size());
    count(xml, "failures", count(verdicts, OfflineVerdict.Outcome.REJECTED));
    count(xml, "errors", count(verdicts, OfflineVerdict.Outcome.ERROR));
    count(xml, "skipped", count(verdicts, OfflineVerdict.Outcome.GAVE_UP));
    xml.append(">\n");
    for (var each : verdicts) {
      one(xml, each);
    }
    xml.append("  </testsuite>\n");
  }

  private static void count(StringBuilder xml, String name, long number) {
    xml.append(' ').append(name).append("=\"").append(number).append('"');
  }

  private static long count(List<OfflineVerdict> verdicts, OfflineVerdict.Outcome outcome) {
    return verdicts.stream().filter(v -> v.outcome() == outcome).count();
  }

  private static void one(StringBuilder xml, OfflineVerdict each) {
    var program = each.verdict().program();
    xml.append("    <testcase classname=\"")
        .append(text(each.file()))
        .append("\" name=\"")
        .append(text((program.isEmpty() ? "(file)" : program) + " on Linux " + each.kernel()))
        .append("\" time=\"")
        .append(String.format(Locale.ROOT, "%.6f", each.verdict().time().toNanos() / 1e9))
        .append('"');
    var element =
        switch (each.outcome()) {
          case OK -> "";
          case REJECTED -> "failure";
          case GAVE_UP -> "skipped";
          case ERROR -> "error";
        };
    if (element.isEmpty()) {
      xml.append("/>\n");
      return;
    }
    var reason = each.reason();
    xml.append(">\n      <")
        .append(element)
        .append(" message=\"")
        .append(text(reason.getFirst()))
        .append("\">")
        .append(text(String.join("; ", reason)))
        .append("</")
        .append(element)
        .append(">\n    </testcase>\n");
  }

  /// Text that XML takes for nothing else.
  private static String text(String text) {
    return SafeText.line(text)
        .replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
