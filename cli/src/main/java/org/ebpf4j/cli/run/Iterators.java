package org.ebpf4j.cli.run;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.ebpf4j.Link;
import org.ebpf4j.LinkSet;
import org.ebpf4j.attach.KernelIterator;
import org.ebpf4j.btf.text.BtfValuePrinter;
import org.ebpf4j.cli.process.Console;
import org.ebpf4j.cli.text.JsonList;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.SafeText;
import org.ebpf4j.object.EventType;
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

  /// Prints what each writes, once: structs, where it is known which, else lines of text.
  ///
  /// @param json what they are printed to as JSON; null where they are text
  /// @param structs what the programs write, by their names
  /// @param end whether to leave off
  void print(
      Console console,
      @Nullable JsonList json,
      Map<String, EventType> structs,
      BooleanSupplier end) {
    for (var link : links) {
      var struct = structs.get(link.programName());
      try (var in = link.read()) {
        if (struct == null) {
          lines(in, console, json, link.programName(), end);
        } else {
          records(in, console, json, link.programName(), struct, end);
        }
      } catch (IOException e) {
        throw new BpfException("iterator '" + link.programName() + "': " + e.getMessage(), e);
      }
      console.out().flush();
    }
  }

  private static void records(
      InputStream in,
      Console console,
      @Nullable JsonList json,
      String program,
      EventType struct,
      BooleanSupplier end)
      throws IOException {
    if (struct.size() == 0) {
      throw new BpfException("iterator '" + program + "': struct " + struct.name() + " is empty");
    }
    var stacks = KernelStacks.of(struct, List.of());
    var text = new EventText(struct, stacks);
    var values =
        new BtfValuePrinter(struct.types(), ByteOrder.nativeOrder(), BtfValuePrinter.Style.JSON)
            .withAddresses();
    if (json == null) {
      console.out().print(text.header() + '\n');
    }
    var bytes = in.readNBytes(struct.size());
    while (bytes.length == struct.size() && !end.getAsBoolean()) {
      if (json == null) {
        console.out().print(text.row(bytes) + '\n');
      } else {
        var event = values.printRecord(struct.id(), bytes);
        var record = bytes;
        json.add(fields -> {
          fields.put("iterator", program).putJson("event", event);
          stacks.json(fields, record);
        });
      }
      bytes = in.readNBytes(struct.size());
    }
    if (bytes.length > 0 && bytes.length < struct.size()) {
      console.out().flush();
      console
          .err()
          .println(
              "iterator '%s': %d bytes are left at the end; a struct %s has %d"
                  .formatted(program, bytes.length, struct.name(), struct.size()));
    }
  }

  private static void lines(
      InputStream in, Console console, @Nullable JsonList json, String program, BooleanSupplier end)
      throws IOException {
    var lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
    var hasBytes = false;
    var line = lines.readLine();
    while (line != null && !end.getAsBoolean()) {
      var text = line;
      hasBytes |= text.indexOf('\0') >= 0;
      if (json != null) {
        json.add(fields -> fields.put("iterator", program).put("line", text));
      } else {
        console.out().print(SafeText.line(text) + '\n');
      }
      line = lines.readLine();
    }
    if (hasBytes) {
      console.out().flush();
      console
          .err()
          .println(
              "iterator '%s' does not write text; --event %s=STRUCT or --event-layout says what it writes"
                  .formatted(program, program));
    }
  }
}
