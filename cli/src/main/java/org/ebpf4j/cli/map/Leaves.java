package org.ebpf4j.cli.map;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.btf.text.BtfValuePrinter;
import org.ebpf4j.btf.text.ValuePlace;
import org.ebpf4j.error.BpfException;

/// The single values in values of a type: numbers, names, text. Each has a path, and is a column of
/// a table.
final class Leaves {
  /// More columns are no table that people want.
  private static final int MOST = 1000;

  private final Side side;
  private final List<String> paths = new ArrayList<>();
  private final BtfValuePrinter printer;

  private Leaves(Side side) {
    this.side = side;
    this.printer =
        new BtfValuePrinter(
                side.types().orElseThrow(), ByteOrder.nativeOrder(), BtfValuePrinter.Style.JSON)
            .withAddresses();
  }

  /// Those of a side, which must have types.
  static Leaves of(Side side) {
    var leaves = new Leaves(side);
    leaves.add(side.types().orElseThrow(), side.type(), "", 0);
    return leaves;
  }

  /// Their paths, such as `.pid` or `.slots[2]`; empty where the value is single.
  List<String> paths() {
    return paths;
  }

  private void add(Btf types, int type, String path, int depth) {
    if (paths.size() > MOST || depth > 32) {
      throw new BpfException(
          "a " + side.name() + " has more than " + MOST + " parts\n  try: --format jsonl");
    }
    var resolved = types.resolve(type);
    switch (types.type(resolved)) {
      case BtfType.Struct t when !isAddress(t) ->
          ValuePlace.names(types, resolved)
              .forEach(name ->
                  add(
                      types,
                      ValuePlace.find(types, resolved, name).type(),
                      path + "." + name,
                      depth + 1));
      case BtfType.DataSection _ ->
          ValuePlace.names(types, resolved)
              .forEach(name ->
                  add(
                      types,
                      ValuePlace.find(types, resolved, name).type(),
                      path + "." + name,
                      depth + 1));
      case BtfType.Array t when !isText(types, t) -> {
        for (int i = 0; i < t.count(); i++) {
          add(types, t.element(), path + "[" + i + "]", depth + 1);
        }
      }
      default -> paths.add(path);
    }
  }

  private static boolean isAddress(BtfType.Struct struct) {
    return struct.name().equals("in_addr") || struct.name().equals("in6_addr");
  }

  private static boolean isText(Btf types, BtfType.Array array) {
    return types.type(types.resolve(array.element())) instanceof BtfType.Int number
        && number.size() == 1
        && number.name().equals("char");
  }

  /// What stands at a path in a value, as [Side#set] takes it.
  String text(byte[] bytes, String path) {
    var types = side.types().orElseThrow();
    var place = ValuePlace.find(types, side.type(), path);
    var text =
        printer.printMember(side.type(), place.type(), place.bitOffset(), place.bits(), bytes);
    return text.matches("\"[^\"\\\\\\s{\\[]*\"") ? text.substring(1, text.length() - 1) : text;
  }
}
