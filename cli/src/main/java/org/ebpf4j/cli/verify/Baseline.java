package org.ebpf4j.cli.verify;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.ebpf4j.cli.text.Json;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.FileError;
import org.ebpf4j.error.SafeText;
import org.jspecify.annotations.Nullable;

/// The verdicts of an earlier run, to compare those of another with.
final class Baseline {
  private static final double NOTABLE_CHANGE = 0.10;

  /// Names of fields in baselines that were written before all names were of one form.
  private static final Map<String, String> EARLIER_NAMES =
      Map.of("errno_name", "errnoName", "insn_fnv", "insnFnv", "verified_insns", "verifiedInsns");

  /// What a run said of a program.
  ///
  /// @param verdict `ok`, `rejected` or `error`
  /// @param reason why it is not ok, in one line
  /// @param hash of its instructions, where they were complete
  /// @param processed how many instructions the verifier looked at, or -1
  /// @param judged whether the kernel could say anything of the program: not where a privilege,
  ///   memory or a descriptor was missing
  record Entry(
      String file,
      String program,
      String section,
      String verdict,
      String reason,
      @Nullable String hash,
      long processed,
      boolean judged) {
    /// Error numbers that say nothing of a program.
    private static final Set<String> NO_VERDICTS =
        Set.of("EPERM", "EINTR", "EAGAIN", "ENOMEM", "ENFILE", "EMFILE");

    static boolean judged(String verdict, @Nullable String errnoName) {
      return !verdict.equals("error") || errnoName == null || !NO_VERDICTS.contains(errnoName);
    }

    static Entry of(FileVerdict each) {
      return new Entry(
          each.file(),
          each.verdict().program(),
          each.verdict().section(),
          each.outcome(),
          VerdictTable.reason(each).stream().findFirst().orElse(""),
          each.hash(),
          each.verdict().processed(),
          judged(each.outcome(), each.errnoName()));
    }

    boolean ok() {
      return verdict.equals("ok");
    }

    private String describe() {
      return SafeText.line(file + ": " + program + (section.isEmpty() ? "" : " (" + section + ")"));
    }

    private String outcome() {
      return verdict + (ok() || reason.isEmpty() ? "" : " (" + reason + ")");
    }
  }

  /// What is not as it was, in lines.
  ///
  /// @param regressions programs that were ok, and now are not, or are missing
  /// @param improvements programs that were not ok, and now are
  /// @param notes what else changed
  /// @param added how many programs the baseline does not have
  record Comparison(
      List<String> regressions, List<String> improvements, List<String> notes, int added) {}

  /// A program within its file. `copy` tells apart those with the same name in the same section.
  private record Key(String program, String section, int copy) {}

  private final Map<String, Map<Key, Entry>> before;

  private Baseline(Map<String, Map<Key, Entry>> before) {
    this.before = before;
  }

  static Baseline of(List<Entry> entries) {
    return new Baseline(byFile(entries));
  }

  /// Reads what `verify --json` or `--jsonl` printed.
  ///
  /// @throws BpfException where it cannot be read, or an object is no verdict; names the line
  static Baseline read(Path file) {
    try (var reader = Files.newBufferedReader(file)) {
      return read(file, reader);
    } catch (IOException e) {
      throw FileError.of("the baseline " + file, "read", e);
    } catch (UncheckedIOException e) {
      throw FileError.of("the baseline " + file, "read", Objects.requireNonNull(e.getCause()));
    }
  }

  /// Reads what is in that file.
  static Baseline read(Path file, BufferedReader reader) {
    var entries = new ArrayList<Entry>();
    try {
      Json.readEach(reader, (line, fields) -> entries.add(entry("line " + line, fields)));
    } catch (BpfException e) {
      throw new BpfException(file + ", " + e.getMessage(), e);
    }
    return of(entries);
  }

  private static Entry entry(String place, Map<String, Object> fields) {
    var verdict = text(fields, "verdict");
    if (!Set.of("ok", "rejected", "error").contains(verdict)
        || !(fields.get("file") instanceof String file)) {
      throw new BpfException(
          place
              + ": no verdict as 'verify --json' prints it: it has no file, or a verdict that is"
              + " not ok, rejected or error");
    }
    var processed = either(fields, "verified_insns") instanceof Number n ? n.longValue() : -1;
    var hash = text(fields, "insn_fnv");
    return new Entry(
        file,
        text(fields, "program"),
        text(fields, "section"),
        verdict,
        text(fields, "message").lines().findFirst().orElse(""),
        hash.isEmpty() ? null : hash,
        processed,
        Entry.judged(verdict, text(fields, "errno_name")));
  }

  private static String text(Map<String, Object> fields, String name) {
    return either(fields, name) instanceof String text ? text : "";
  }

  /// A field by its name, or by the one that it had before.
  private static @Nullable Object either(Map<String, Object> fields, String name) {
    var value = fields.get(name);
    return value != null ? value : fields.get(EARLIER_NAMES.getOrDefault(name, name));
  }

  private static Map<String, Map<Key, Entry>> byFile(List<Entry> entries) {
    var files = new LinkedHashMap<String, Map<Key, Entry>>();
    var copies = new HashMap<List<String>, Integer>();
    for (var entry : entries) {
      var programs = files.computeIfAbsent(entry.file(), _ -> new LinkedHashMap<>());
      var same = List.of(entry.file(), entry.program(), entry.section());
      var copy = copies.merge(same, 1, Integer::sum) - 1;
      programs.put(new Key(entry.program(), entry.section(), copy), entry);
    }
    return files;
  }

  /// Compares a later run with this one.
  Comparison compare(List<Entry> entries) {
    var now = byFile(entries);
    var earlier = earlierNames(now.keySet());
    var found = new Comparison(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), 0);
    var added = 0;
    var later = new HashMap<String, String>();
    for (var file : now.entrySet()) {
      var name = earlier.get(file.getKey());
      var old = name == null ? Map.<Key, Entry>of() : before.getOrDefault(name, Map.of());
      if (name != null) {
        later.putIfAbsent(name, file.getKey());
      }
      for (var program : file.getValue().entrySet()) {
        if (program.getKey().program().isEmpty()) {
          continue;
        }
        var was = old.get(program.getKey());
        if (was == null) {
          added++;
        } else {
          compare(was, program.getValue(), found);
        }
      }
    }
    addMissing(now, later, found.regressions());
    return new Comparison(found.regressions(), found.improvements(), found.notes(), added);
  }

  private static void compare(Entry was, Entry is, Comparison found) {
    var change = is.describe() + ": " + was.outcome() + " -> " + is.outcome();
    if (!was.judged() || !is.judged()) {
      found.notes().add(is.describe() + ": not compared: " + was.outcome() + " -> " + is.outcome());
      return;
    }
    if (was.ok() && !is.ok()) {
      found.regressions().add(change);
    } else if (!was.ok() && is.ok()) {
      found.improvements().add(change);
    } else if (!was.verdict().equals(is.verdict())) {
      found.notes().add(change);
    }
    if (was.hash() != null && is.hash() != null && !was.hash().equals(is.hash())) {
      found.notes().add(is.describe() + ": other instructions: " + was.hash() + " -> " + is.hash());
    }
    var known = was.processed() >= 0 && is.processed() >= 0;
    var change10 = Math.abs(is.processed() - was.processed()) > NOTABLE_CHANGE * was.processed();
    if (known && change10 && was.verdict().equals(is.verdict())) {
      found
          .notes()
          .add(
              is.describe()
                  + ": instructions that the verifier processed: "
                  + was.processed()
                  + " -> "
                  + is.processed());
    }
  }

  private void addMissing(
      Map<String, Map<Key, Entry>> now, Map<String, String> later, List<String> regressions) {
    for (var file : before.entrySet()) {
      var name = later.get(file.getKey());
      var programs = name == null ? Map.<Key, Entry>of() : now.getOrDefault(name, Map.of());
      var unopened = programs.get(new Key("", "", 0));
      for (var program : file.getValue().entrySet()) {
        if (program.getValue().ok() && !programs.containsKey(program.getKey())) {
          regressions.add(
              program.getValue().describe()
                  + ": ok -> missing"
                  + (unopened == null ? "" : " (" + unopened.reason() + ")"));
        }
      }
    }
  }

  /// By the names of the files of a later run, those of the same files here: the same name, or else
  /// the same last element, and of several with that, the one with most of the same last elements.
  private Map<String, String> earlierNames(Set<String> files) {
    var byLastElement = new HashMap<String, List<String>>();
    for (var file : before.keySet()) {
      if (!files.contains(file)) {
        byLastElement.computeIfAbsent(lastElement(file), _ -> new ArrayList<>()).add(file);
      }
    }
    var names = new HashMap<String, String>();
    for (var file : files) {
      if (before.containsKey(file)) {
        names.put(file, file);
        continue;
      }
      String best = null;
      var most = 0;
      for (var candidate : byLastElement.getOrDefault(lastElement(file), List.of())) {
        var common = commonElements(file, candidate);
        if (common > most) {
          most = common;
          best = candidate;
        } else if (common == most) {
          best = null;
        }
      }
      if (best != null) {
        names.put(file, best);
      }
    }
    return names;
  }

  private static String lastElement(String file) {
    return file.substring(file.lastIndexOf('/') + 1);
  }

  private static int commonElements(String one, String other) {
    var a = List.of(one.split("/", -1)).reversed();
    var b = List.of(other.split("/", -1)).reversed();
    var common = 0;
    while (common < a.size() && common < b.size() && a.get(common).equals(b.get(common))) {
      common++;
    }
    return common;
  }
}
