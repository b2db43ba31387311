package org.ebpf4j.cli.verify;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import org.ebpf4j.cli.text.Json;
import org.ebpf4j.verifier.result.Finding;

/// What is wrong with programs, as tools for reviews of code read it: SARIF 2.1.0 (OASIS). One
/// result for each finding, with the place in the source where the object says it, and else the
/// object file.
final class SarifReport {
  private static final String SCHEMA =
      "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

  private SarifReport() {}

  static byte[] of(List<OfflineVerdict> verdicts) {
    var rules = new LinkedHashSet<String>();
    var results = new java.util.ArrayList<String>();
    for (var each : verdicts) {
      if (each.outcome() != OfflineVerdict.Outcome.OK) {
        rules.add(rule(each));
        results.add(result(each));
      }
    }
    var driver =
        Json.object(json ->
            json.put("name", "ebpf4j")
                .putJson(
                    "rules",
                    array(
                        rules.stream().map(rule -> Json.object(r -> r.put("id", rule))).toList())));
    var run =
        Json.object(json ->
            json.putJson("tool", Json.object(tool -> tool.putJson("driver", driver)))
                .putJson("results", array(results)));
    var log =
        Json.object(json ->
            json.put("$schema", SCHEMA)
                .put("version", "2.1.0")
                .putJson("runs", array(List.of(run))));
    return (log + "\n").getBytes(StandardCharsets.UTF_8);
  }

  private static String array(List<String> objects) {
    return "[" + String.join(",", objects) + "]";
  }

  private static String rule(OfflineVerdict verdict) {
    return verdict
        .finding()
        .map(Finding::reason)
        .map(reason -> reason.name().toLowerCase(Locale.ROOT).replace('_', '-'))
        .orElse("error");
  }

  private static String result(OfflineVerdict verdict) {
    var level =
        switch (verdict.outcome()) {
          case OK -> "none";
          case REJECTED, ERROR -> "error";
          case GAVE_UP -> "warning";
        };
    var text =
        "program '"
            + verdict.verdict().program()
            + "' on Linux "
            + verdict.kernel()
            + ": "
            + String.join("; ", verdict.reason());
    return Json.object(json ->
        json.put("ruleId", rule(verdict))
            .put("level", level)
            .putJson("message", Json.object(m -> m.put("text", text)))
            .putJson("locations", array(List.of(location(verdict)))));
  }

  private static String location(OfflineVerdict verdict) {
    var line = verdict.line().filter(l -> l.line() > 0);
    var uri = line.map(l -> l.file()).orElse(verdict.file());
    return Json.object(location ->
        location.putJson(
            "physicalLocation",
            Json.object(place -> {
              place.putJson("artifactLocation", Json.object(a -> a.put("uri", uri)));
              line.ifPresent(l ->
                  place.putJson(
                      "region",
                      Json.object(region ->
                          region
                              .put("startLine", l.line())
                              .put("startColumn", Math.max(1, l.column())))));
            })));
  }
}
