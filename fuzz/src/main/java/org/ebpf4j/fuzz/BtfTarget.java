package org.ebpf4j.fuzz;

import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfBuilder;
import org.ebpf4j.btf.text.BtfListing;
import org.ebpf4j.btf.text.BtfValuePrinter;
import org.ebpf4j.btf.text.BtfValuePrinter.Style;
import org.ebpf4j.btf.text.CDeclarations;

/// `Btf.read`, and all that can be done with types: decoding, sizes, names, lists, C, values.
public final class BtfTarget {
  private BtfTarget() {}

  /// One input.
  public static void fuzzerTestOneInput(byte[] bytes) {
    Case.read(() -> {
      var types = Btf.read("fuzz", bytes);
      for (int id = 0; id < types.typeCount(); id++) {
        var each = id;
        Case.attempt(() -> types.type(each));
        Case.attempt(() -> types.resolve(each));
        Case.attempt(() -> types.size(each));
      }
      Case.attempt(() -> types.ids(types.name(types.typeCount() - 1)));
      Case.attempt(() -> BtfBuilder.copyOf(types).toBytes());
      Case.attempt(() -> BtfListing.writeAll(types, Case.NOWHERE));
      Case.attempt(() -> new CDeclarations(types).writeAll(Case.NOWHERE));
      value(types, bytes);
    });
  }

  /// One type of each input, which the input chooses, as each may take the time that one may take.
  private static void value(Btf types, byte[] bytes) {
    var id = Math.floorMod(Arrays.hashCode(bytes), types.typeCount());
    var styles = List.of(Style.LINE, Style.INDENTED, Style.JSON);
    var style = styles.get(Math.floorMod(bytes.length, styles.size()));
    var order = id % 2 == 0 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN;
    Case.attempt(() -> {
      var data = Arrays.copyOf(bytes, 1 << 16);
      if (types.size(id) <= data.length) {
        new BtfValuePrinter(types, order, style).print(id, data, 0);
      }
    });
  }
}
