package org.ebpf4j.object;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfExt;
import org.ebpf4j.elf.ElfFile;
import org.ebpf4j.elf.Section;
import org.ebpf4j.elf.Symbol;
import org.ebpf4j.error.MalformedObjectException;

/// Turns the bytes of an object file into an [ObjectSpec].
final class ObjectReader {
  private final String file;
  private final ElfFile elf;

  ObjectReader(String file, byte[] bytes) {
    this.file = file;
    this.elf = ElfFile.read(file, bytes);
  }

  ObjectSpec read() {
    var btf = elf.section(".BTF").filter(s -> s.data().size() > 0).map(s -> Btf.read(s.data()));
    var ext =
        btf.flatMap(types -> elf.section(".BTF.ext").map(s -> BtfExt.read(s.data(), types)))
            .orElse(BtfExt.NONE);
    var symbolMaps = new MapReader(elf, btf).read();
    var dataMaps = dataMaps();
    var programs = new ProgramLinker(elf, ext, symbolMaps, dataMaps).link();
    dropUnusedStrings(dataMaps, programs);
    var maps = new ArrayList<MapSpec>();
    symbolMaps.forEach(m -> maps.add(m.spec()));
    maps.addAll(dataMaps.values());
    checkNames(maps);
    return new ObjectSpec(
        ObjectSpec.baseName(file),
        elf.order(),
        license(),
        version(),
        maps,
        programs,
        btf.map(types -> Bytes.of(types.bytes(layouts()))));
  }

  /// The compiler leaves copies of string literals that it has turned into instructions; no map is
  /// made for those.
  private void dropUnusedStrings(Map<Integer, MapSpec> dataMaps, List<ProgramSpec> programs) {
    dataMaps
        .entrySet()
        .removeIf(entry ->
            (elf.sections().get(entry.getKey()).flags() & ElfFile.SHF_STRINGS) != 0
                && programs.stream()
                    .flatMap(p -> p.mapReferences().stream())
                    .noneMatch(r -> r.map().equals(entry.getValue().name())));
  }

  private void checkNames(List<MapSpec> maps) {
    var seen = new HashMap<String, MapSpec>();
    for (var map : maps) {
      if (seen.put(map.name(), map) != null) {
        throw new MalformedObjectException(
            file, "", 0, "two maps with the name '" + map.name() + "'");
      }
    }
  }

  private String license() {
    var section = elf.section("license");
    if (section.isEmpty() || section.get().data().size() == 0) {
      return "";
    }
    return section.get().data().string(0);
  }

  private int version() {
    var section = elf.section("version");
    if (section.isEmpty()) {
      return 0;
    }
    var data = section.get().data();
    if (data.size() != 4) {
      throw data.malformed(0, "a version of " + data.size() + " bytes, where 4 were expected");
    }
    return data.s32(0);
  }

  /// The maps of the data sections, by the index of the section.
  private Map<Integer, MapSpec> dataMaps() {
    var maps = new java.util.LinkedHashMap<Integer, MapSpec>();
    for (var section : elf.sections()) {
      var zeroes = isNamed(section, ".bss");
      if ((section.flags() & ElfFile.SHF_ALLOC) == 0
          || section.executable()
          || section.size() == 0) {
        continue;
      }
      if (zeroes && section.type() == ElfFile.SHT_NOBITS) {
        if (section.size() < 0 || section.size() > Integer.MAX_VALUE) {
          throw new MalformedObjectException(
              file,
              section.name(),
              0,
              "a section of "
                  + Long.toUnsignedString(section.size())
                  + " bytes, which no map can hold");
        }
        maps.put(section.index(), MapSpec.zeroes(section.name(), (int) section.size()));
      } else if (isNamed(section, ".data") || isNamed(section, ".rodata")) {
        maps.put(
            section.index(),
            MapSpec.data(
                section.name(), Bytes.of(section.data().copy()), isNamed(section, ".rodata")));
      }
    }
    return maps;
  }

  private static boolean isNamed(Section section, String name) {
    return section.name().equals(name) || section.name().startsWith(name + ".");
  }

  /// Where the symbol table places the variables of each section; clang leaves that out of BTF.
  private Map<String, Btf.Layout> layouts() {
    var offsets = new HashMap<Integer, Map<String, Long>>();
    for (var symbol : elf.symbols()) {
      if (symbol.type() != Symbol.SECTION && !symbol.name().isEmpty()) {
        offsets
            .computeIfAbsent(symbol.section(), _ -> new HashMap<>())
            .put(symbol.name(), symbol.value());
      }
    }
    var layouts = new HashMap<String, Btf.Layout>();
    for (var section : elf.sections()) {
      var inSection = Optional.ofNullable(offsets.get(section.index()));
      if (section.size() > 0 && section.size() <= Integer.MAX_VALUE && inSection.isPresent()) {
        layouts.put(section.name(), new Btf.Layout(section.size(), inSection.get()));
      }
    }
    return layouts;
  }
}
