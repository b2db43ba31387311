package org.ebpf4j.cli.top;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.linux.inspect.ProgramInfo;

/// What is shown of one program, below how busy it is: what the kernel says of it, its maps, who
/// holds it.
final class Details {
  private Details() {}

  static List<String> of(LinuxKernel kernel, ProgramInfo program, TopCommand.Holders holders) {
    var lines = new ArrayList<String>();
    lines.add("type      " + program.typeLabel());
    lines.add("tag       " + program.tag());
    lines.add("loaded    " + program.origin().loaded() + " by user " + program.origin().uid());
    lines.add(
        "size      "
            + program.translatedBytes()
            + " bytes of instructions, "
            + program.jitedBytes()
            + " of machine code");
    lines.add("");
    maps(lines, kernel, program);
    lines.add("");
    lines.add("who holds it:");
    var text = new StringWriter();
    try (var out = new PrintWriter(text)) {
      holders.print(out, kernel, program.id());
    } catch (BpfException e) {
      text.append(String.valueOf(e.getMessage()));
    }
    text.toString().lines().forEach(lines::add);
    return lines;
  }

  private static void maps(List<String> lines, LinuxKernel kernel, ProgramInfo program) {
    var used = kernel.maps().stream().filter(m -> program.mapIds().contains(m.id())).toList();
    lines.add(used.isEmpty() ? "maps      none" : "maps");
    for (var fill : MapFill.count(kernel, used, Map.of())) {
      var map = fill.map();
      var text = new StringBuilder("  ");
      text.append(Integer.toUnsignedString(map.id()))
          .append(' ')
          .append(map.name())
          .append(", ")
          .append(map.typeLabel())
          .append(": ");
      if (fill.entries().isPresent()) {
        text.append(fill.more() ? "at least " : "")
            .append(fill.entries().getAsLong())
            .append(" of ");
      }
      lines.add(text.append(map.maxEntries()).append(" entries").toString());
    }
  }
}
