package org.ebpf4j.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.load.FitOptions;
import org.ebpf4j.load.FittedObject;
import org.ebpf4j.load.StoredFacts;
import org.ebpf4j.verifier.input.CheckedProgram;
import org.ebpf4j.verifier.input.Rules;
import org.ebpf4j.verifier.result.Finding.Reason;
import org.ebpf4j.verifier.result.VerifierResult;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/// The kernel's own selftests that say whether they are accepted, through this verifier.
///
/// `-Debpf4j.selftests=DIR` has their object files, built of the newest sources with clang;
/// `-Debpf4j.selftests.facts=DIR` the facts of that kernel. What came of each file is held against
/// `selftests.tsv`: no count may be worse. `-Debpf4j.golden=write` writes it anew;
/// `-Debpf4j.selftests.report=FILE` lists each program that came out differently.
@EnabledIfSystemProperty(named = "ebpf4j.selftests", matches = ".+")
class SelftestsTest {
  private static final Path TABLE =
      Path.of(System.getProperty("ebpf4j.root", ".."))
          .resolve("verifier/src/test/resources/org/ebpf4j/verifier/selftests.tsv");

  /// What came of a file.
  private static final class Counts {
    int good;
    int accepted;
    int bad;
    int wronglyAccepted;
    int gaveUp;
    int sameClass;

    String line() {
      return good
          + "\t"
          + accepted
          + "\t"
          + bad
          + "\t"
          + wronglyAccepted
          + "\t"
          + gaveUp
          + "\t"
          + sameClass;
    }
  }

  private final Map<String, Counts> byFile = new TreeMap<>();
  private final List<String> report = new ArrayList<>();

  @Test
  void comeOutAsTheyShould() throws IOException {
    var folder = Path.of(System.getProperty("ebpf4j.selftests"));
    var facts =
        StoredFacts.of(
            Path.of(System.getProperty("ebpf4j.selftests.facts", "/sys/kernel/btf/vmlinux")));
    var prefix = System.getProperty("ebpf4j.selftests.prefix", "verifier_");
    for (var each : Selftest.in(folder, prefix)) {
      judge(each, facts);
    }
    var file = System.getProperty("ebpf4j.selftests.report");
    if (file != null) {
      Files.write(Path.of(file), report);
    }
    System.out.println(total());
    var before = read();
    if ("write".equals(System.getProperty("ebpf4j.golden"))) {
      write();
      return;
    }
    assertThat(byFile.values().stream().mapToInt(c -> c.wronglyAccepted).sum()).isZero();
    before.forEach((name, line) -> {
      var now = byFile.get(name);
      if (now != null) {
        assertThat(now.accepted).as(name).isGreaterThanOrEqualTo(Integer.parseInt(line[2]));
        assertThat(now.sameClass)
            .as("messages of %s", name)
            .isGreaterThanOrEqualTo(Integer.parseInt(line[6]));
      }
    });
  }

  private String total() {
    int good = 0;
    int accepted = 0;
    int bad = 0;
    int wrong = 0;
    int gaveUp = 0;
    int same = 0;
    for (var each : byFile.values()) {
      good += each.good;
      accepted += each.accepted;
      bad += each.bad;
      wrong += each.wronglyAccepted;
      gaveUp += each.gaveUp;
      same += each.sameClass;
    }
    return String.format(
        Locale.ROOT,
        "%d files: %d of %d accepted that should be; %d of %d accepted that should not be; of the refused, %d gave up, %d with the kernel's message or class",
        byFile.size(),
        accepted,
        good,
        wrong,
        bad,
        gaveUp,
        same);
  }

  private void judge(Selftest test, StoredFacts facts) {
    var counts = byFile.computeIfAbsent(test.file(), _ -> new Counts());
    String text;
    boolean accepted = false;
    boolean gaveUp = false;
    boolean same = false;
    try {
      var only =
          test.object()
              .withEachProgram(p ->
                  p.name().equals(test.program().name())
                      ? p.withAutoload(true).withFlags(test.program().flags())
                      : p.withAutoload(false));
      var fitted = FittedObject.of(only, facts, FitOptions.NONE);
      var program =
          fitted.programs().stream()
              .filter(p -> p.program().name().equals(test.program().name()))
              .findFirst()
              .orElseThrow(() -> new BpfException("it is not among those that are loaded"));
      var checked = CheckedProgram.of(fitted, program, facts);
      var begin = System.nanoTime();
      var result = Verifier.check(checked, Rules.newest());
      var millis = (System.nanoTime() - begin) / 1_000_000;
      if (millis > 2000) {
        report.add("slow " + test.file() + " " + test.program().name() + ": " + millis + " ms");
      }
      switch (result) {
        case VerifierResult.Accepted _ -> {
          accepted = true;
          text = "accepted";
        }
        case VerifierResult.Refused refused -> {
          var first = refused.first();
          gaveUp = first.reason() == Reason.GAVE_UP;
          text = first.reason() + " at " + first.instruction() + ": " + first.message();
          same = !gaveUp && test.says(first.message());
        }
      }
    } catch (BpfException e) {
      text = "not fitted: " + String.valueOf(e.getMessage()).replace('\n', ' ');
      gaveUp = true;
    } catch (RuntimeException | StackOverflowError e) {
      text = "defect: " + e + " at " + List.of(e.getStackTrace()).stream().limit(5).toList();
      gaveUp = true;
    }
    if (test.accepted()) {
      counts.good++;
      counts.accepted += accepted ? 1 : 0;
    } else {
      counts.bad++;
      counts.wronglyAccepted += accepted ? 1 : 0;
      counts.gaveUp += gaveUp ? 1 : 0;
      counts.sameClass += same ? 1 : 0;
    }
    if (accepted != test.accepted() || (!accepted && !same)) {
      report.add(
          (accepted != test.accepted() ? accepted ? "WRONG " : "strict " : "other ")
              + test.file()
              + " "
              + test.program().name()
              + ": "
              + text
              + (test.messages().isEmpty() ? "" : " | " + test.messages()));
    }
  }

  private static Map<String, String[]> read() throws IOException {
    var lines = new TreeMap<String, String[]>();
    if (Files.exists(TABLE)) {
      for (var line : Files.readAllLines(TABLE)) {
        if (!line.startsWith("#")) {
          var words = line.split("\t", -1);
          lines.put(words[0], words);
        }
      }
    }
    return lines;
  }

  private void write() throws IOException {
    var lines = new ArrayList<String>();
    lines.add(
        "# The kernel's selftests (Linux 7.3.4, tools/testing/selftests/bpf/progs, clang 19) through this verifier: SelftestsTest.");
    lines.add(
        "# file, to be accepted, of these accepted, to be refused, of these accepted (has to be 0), given up, refused with the kernel's message");
    byFile.forEach((name, counts) -> lines.add(name + "\t" + counts.line()));
    Files.createDirectories(TABLE.getParent());
    Files.write(TABLE, lines);
  }
}
