package org.ebpf4j.cli.run;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.ebpf4j.Link;
import org.ebpf4j.LinkSet;
import org.ebpf4j.attach.KernelIterator;
import org.ebpf4j.cli.text.JsonList;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.SafeText;
import org.jspecify.annotations.Nullable;

/// The iterators of an object, whose programs run when they are read.
///
/// @param links their links
record Iterators(List<? extends Link> links) {
  static Iterators of(LinkSet all) {
    return new Iterators(
        all.links().stream()
            .filter(l -> l.attachPoint().orElse(null) instanceof KernelIterator)
            .toList());
  }

  /// Whether there is nothing but iterators.
  boolean areAll(LinkSet all) {
    return !links.isEmpty() && links.size() == all.links().size();
  }

  /// Prints what each writes, once.
  ///
  /// @param json what lines are printed to as JSON; null where they are text
  /// @param end whether to leave off
  void print(PrintWriter out, @Nullable JsonList json, BooleanSupplier end) {
    for (var link : links) {
      try (var lines =
          new BufferedReader(new InputStreamReader(link.read(), StandardCharsets.UTF_8))) {
        var line = lines.readLine();
        while (line != null && !end.getAsBoolean()) {
          print(out, json, link.programName(), line);
          line = lines.readLine();
        }
      } catch (IOException e) {
        throw new BpfException("iterator '" + link.programName() + "': " + e.getMessage(), e);
      }
      out.flush();
    }
  }

  private static void print(PrintWriter out, @Nullable JsonList json, String program, String line) {
    if (json != null) {
      json.add(fields -> fields.put("iterator", program).put("line", line));
    } else {
      out.print(SafeText.line(line) + '\n');
    }
  }
}
