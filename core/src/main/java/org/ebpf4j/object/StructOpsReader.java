package org.ebpf4j.object;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.elf.ElfFile;
import org.ebpf4j.elf.Section;
import org.ebpf4j.elf.Symbol;

/// Reads the maps of sections `.struct_ops` and `.struct_ops.link`: each variable in them is a
/// struct of functions for the kernel to call. A `?` before the name leaves it to be asked for.
final class StructOpsReader {
  private final ElfFile elf;
  private final Btf types;

  StructOpsReader(ElfFile elf, Btf types) {
    this.elf = elf;
    this.types = types;
  }

  static boolean isStructOps(Section section) {
    return switch (section.name()) {
      case ".struct_ops", ".struct_ops.link", "?.struct_ops", "?.struct_ops.link" ->
          section.type() == ElfFile.SHT_PROGBITS && section.size() > 0;
      default -> false;
    };
  }

  List<MapReader.SymbolMap> read() {
    var maps = new ArrayList<MapReader.SymbolMap>();
    for (var section : elf.sections()) {
      if (isStructOps(section)) {
        read(section, maps);
      }
    }
    return maps;
  }

  private void read(Section section, List<MapReader.SymbolMap> maps) {
    var data = section.data();
    var variables =
        types
            .dataSection(section.name())
            .orElseThrow(() -> data.malformed(0, "BTF says nothing of this section"));
    for (var entry : variables.variables()) {
      if (!(types.type(entry.variable()) instanceof BtfType.Variable variable)
          || !(types.type(types.resolve(variable.type())) instanceof BtfType.Struct struct)
          || struct.union()
          || struct.name().isEmpty()) {
        throw data.malformed(
            entry.offset(),
            "what stands here is no variable of a named struct",
            "put only variables of the kernel's structs of functions into this section");
      }
      var content = Bytes.of(data.copy(entry.offset(), struct.size()));
      var draft = new MapSpec.Builder(variable.name());
      draft.type = MapType.STRUCT_OPS.number();
      draft.keySize = 4;
      draft.valueSize = content.size();
      draft.maxEntries = 1;
      draft.create = !section.name().startsWith("?");
      draft.flags = section.name().endsWith(".link") ? MapSpec.LINK : 0;
      draft.valueType = types.resolve(variable.type());
      draft.structOps =
          java.util.Optional.of(
              new StructOps(
                  draft.valueType, content, programs(section, entry.offset(), variable, struct)));
      maps.add(new MapReader.SymbolMap(draft.spec(), section.index(), entry.offset()));
    }
  }

  private Map<Integer, String> programs(
      Section section, long start, BtfType.Variable variable, BtfType.Struct struct) {
    var data = section.data();
    var programs = new TreeMap<Integer, String>();
    for (var relocation : elf.relocations(section)) {
      var offset = relocation.offset() - start;
      if (offset < 0 || offset >= struct.size()) {
        continue;
      }
      var index = memberAt(struct, offset * 8);
      if (index < 0 || !isFunctionPointer(struct.members().get(index).type())) {
        throw data.malformed(
            relocation.offset(),
            "an address in '" + variable.name() + "', where it has no pointer to a function",
            "put programs where the struct has functions, and no other address");
      }
      programs.put(index, program(section, relocation.offset(), relocation.symbol()));
    }
    return programs;
  }

  private static int memberAt(BtfType.Struct struct, long bitOffset) {
    for (int i = 0; i < struct.members().size(); i++) {
      if (struct.members().get(i).bitOffset() == bitOffset) {
        return i;
      }
    }
    return -1;
  }

  private boolean isFunctionPointer(int type) {
    return types.type(types.resolve(type)) instanceof BtfType.Pointer pointer
        && types.type(types.resolve(pointer.target())) instanceof BtfType.Prototype;
  }

  /// The name of the function that a relocation leads to.
  private String program(Section section, long at, int symbolIndex) {
    var symbol = elf.symbols().get(symbolIndex);
    return elf.symbols().stream()
        .filter(s ->
            s.type() == Symbol.FUNCTION
                && s.section() == symbol.section()
                && s.value() == symbol.value())
        .findFirst()
        .orElseThrow(() ->
            section.data().malformed(at, "the address of '" + symbol.name() + "', no program"))
        .name();
  }
}
