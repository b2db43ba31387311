package org.ebpf4j.btf;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Map;
import org.ebpf4j.btf.BtfType.DataSection;
import org.ebpf4j.btf.BtfType.SectionVariable;

/// Puts sizes and offsets into the data sections of BTF, which clang leaves without.
final class DataSections {
  private DataSections() {}

  /// The bytes of `btf` with its own data sections as `layouts` has them by name.
  ///
  /// @param from where the types begin in the bytes
  static byte[] filled(Btf btf, int from, Map<String, Btf.Layout> layouts) {
    var bytes = btf.bytes();
    var buffer = ByteBuffer.wrap(bytes).order(btf.order());
    for (int id = btf.firstId(); id < btf.typeCount(); id++) {
      if (btf.kind(id) == Kind.DATA_SECTION && btf.type(id) instanceof DataSection section) {
        var layout = layouts.get(section.name());
        if (layout != null) {
          fill(btf, buffer, from + btf.offset(id), section, layout);
        }
      }
    }
    return bytes;
  }

  private static void fill(
      Btf btf, ByteBuffer buffer, int at, DataSection section, Btf.Layout layout) {
    buffer.putInt(at + 8, Math.toIntExact(layout.sectionSize()));
    var placed = new ArrayList<SectionVariable>();
    for (var variable : section.variables()) {
      var offset =
          btf.type(variable.variable()) instanceof BtfType.Variable v
              ? layout.offsets().getOrDefault(v.name(), variable.offset())
              : variable.offset();
      placed.add(new SectionVariable(variable.variable(), offset, variable.size()));
    }
    placed.sort(Comparator.comparingLong(SectionVariable::offset));
    for (int i = 0; i < placed.size(); i++) {
      var v = at + Btf.TYPE_SIZE + 12 * i;
      buffer.putInt(v, placed.get(i).variable());
      buffer.putInt(v + 4, (int) placed.get(i).offset());
      buffer.putInt(v + 8, (int) placed.get(i).size());
    }
  }
}
