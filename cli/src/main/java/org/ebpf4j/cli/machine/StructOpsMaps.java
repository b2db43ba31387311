package org.ebpf4j.cli.machine;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.text.BtfValuePrinter;
import org.ebpf4j.cli.listing.Choice;
import org.ebpf4j.cli.listing.Listing;
import org.ebpf4j.cli.listing.View;
import org.ebpf4j.cli.process.Console;
import org.ebpf4j.cli.text.Json;
import org.ebpf4j.error.SafeText;
import org.ebpf4j.linux.LinuxKernel;
import org.ebpf4j.linux.inspect.BtfInfo;
import org.ebpf4j.linux.inspect.MapInfo;
import org.ebpf4j.object.MapType;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/// Structs of functions that the kernel calls, each of which is the one value of a map.
abstract class StructOpsMaps implements java.util.concurrent.Callable<Integer> {
  private static final String PREFIX = "bpf_struct_ops_";

  @Mixin private final Listing listing = new Listing();

  @Parameters(
      paramLabel = "WHICH",
      arity = "0..*",
      description = "Ids, names or pins of their maps.")
  private List<String> words = new ArrayList<>();

  private final Console console;
  private final boolean contents;

  /// @param contents whether the values are printed, too
  StructOpsMaps(Console console, boolean contents) {
    this.console = console;
    this.contents = contents;
  }

  /// A map with the name of its struct and what is in it.
  private record Ops(MapInfo map, String type, String text, String json) {}

  @Override
  public final Integer call() {
    try (var kernel = LinuxKernel.open()) {
      var all =
          kernel.maps().stream().filter(m -> m.type() == MapType.STRUCT_OPS.number()).toList();
      var chosen = Choice.ofMaps(kernel).of(words, all);
      var found = new ArrayList<Ops>();
      if (!chosen.isEmpty()) {
        var vmlinux = kernel.types().stream().filter(t -> t.name().equals("vmlinux")).findFirst();
        var types = kernel.types(vmlinux.map(BtfInfo::id).orElse(1));
        chosen.forEach(map -> found.add(ops(kernel, types, map)));
      }
      if (contents && !listing.isJson()) {
        for (var ops : found) {
          console
              .out()
              .println(
                  "struct "
                      + ops.type()
                      + " of map "
                      + ops.map().id()
                      + " '"
                      + SafeText.line(ops.map().name())
                      + "':");
          console.out().println(SafeText.lines(ops.text()));
        }
      } else {
        listing.print(console.out(), view(), found);
      }
    }
    console.out().flush();
    return 0;
  }

  private Ops ops(LinuxKernel kernel, Btf types, MapInfo info) {
    var type = info.types().kernelValueType();
    var name = types.name(type);
    var shown = name.startsWith(PREFIX) ? name.substring(PREFIX.length()) : name;
    if (!contents) {
      return new Ops(info, shown, "", "null");
    }
    try (var map = kernel.openMap(info.id())) {
      var value = map.lookup(new byte[4]).orElse(new byte[0]);
      if (value.length != types.size(type)) {
        return new Ops(info, shown, "(of a type in a module)", "null");
      }
      return new Ops(
          info,
          shown,
          new BtfValuePrinter(types, ByteOrder.nativeOrder(), BtfValuePrinter.Style.INDENTED)
              .print(type, value, 0),
          new BtfValuePrinter(types, ByteOrder.nativeOrder(), BtfValuePrinter.Style.JSON)
              .print(type, value, 0));
    }
  }

  private View<Ops> view() {
    return new View<Ops>(
            (Json.Fields json, Ops ops) -> {
              json.put("id", ops.map().id())
                  .put("name", ops.map().name())
                  .put("kernel_struct_ops", ops.type());
              if (contents) {
                json.putJson("value", ops.json());
              }
            })
        .bpftool((json, ops) ->
            json.put("id", ops.map().id())
                .put("name", ops.map().name())
                .put("kernel_struct_ops", ops.type()))
        .number("ID", ops -> ops.map().id())
        .wide("NAME", ops -> ops.map().name())
        .column("STRUCT", Ops::type);
  }
}
