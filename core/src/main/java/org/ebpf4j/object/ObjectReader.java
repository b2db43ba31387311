package org.ebpf4j.object;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfExt;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.elf.ElfFile;
import org.ebpf4j.elf.Section;
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
    checkSizes();
    var externs = ExternReader.read(elf, btf);
    var types = btf.map(t -> ObjectTypes.forKernel(t, elf));
    var symbolMaps = new ArrayList<>(new MapReader(elf, btf).read());
    var arena = addArenaData(symbolMaps);
    var dataMaps = dataMaps(types);
    var maps = new ArrayList<MapSpec>();
    symbolMaps.forEach(m -> maps.add(m.spec()));
    maps.addAll(dataMaps.values());
    if (externs.configSize() > 0) {
      maps.add(data(types, ".kconfig", externs.configSize(), Optional.empty(), true));
    }
    if (types.isPresent()) {
      new StructOpsReader(elf, types.get()).read().forEach(m -> maps.add(m.spec()));
    }
    checkNames(maps);
    arena.ifPresent(section -> dataMaps.put(section.index(), arenaMap(symbolMaps)));
    var linked = new ProgramLinker(elf, types, ext, symbolMaps, dataMaps, externs).link();
    maps.replaceAll(
        map -> isUnusedText(map, dataMaps, linked.programs()) ? map.withCreate(false) : map);
    return new ObjectSpec(
        ObjectSpec.baseName(file),
        elf.order(),
        license(),
        version(),
        maps,
        linked.programs(),
        types,
        externs.externs(),
        linked.relocations());
  }

  /// Gives the arena of the object the image of the variables that live in it; the section that has
  /// them.
  private Optional<Section> addArenaData(List<MapReader.SymbolMap> maps) {
    var arenas = maps.stream().filter(m -> m.spec().type() == MapType.ARENA.number()).toList();
    var section = elf.section(Variables.ARENA_SECTION).filter(s -> s.data().size() > 0);
    if (arenas.size() > 1) {
      throw new MalformedObjectException(
          file,
          ".maps",
          0,
          "two arenas, '"
              + arenas.getFirst().spec().name()
              + "' and '"
              + arenas.get(1).spec().name()
              + "'; an object has one at most",
          "put all variables into one of them");
    }
    section.ifPresent(s -> {
      if (arenas.isEmpty()) {
        throw s.data()
            .malformed(
                0,
                "variables of an arena, but the object defines no arena",
                "define one: struct { __uint(type, BPF_MAP_TYPE_ARENA); … } arena SEC(\".maps\")");
      }
      var arena = arenas.getFirst();
      maps.set(
          maps.indexOf(arena),
          new MapReader.SymbolMap(
              arena.spec().with(d -> d.content = Optional.of(Bytes.of(s.data().copy()))),
              arena.section(),
              arena.offset()));
    });
    return section;
  }

  private static MapSpec arenaMap(List<MapReader.SymbolMap> maps) {
    return maps.stream()
        .map(MapReader.SymbolMap::spec)
        .filter(m -> m.type() == MapType.ARENA.number())
        .findFirst()
        .orElseThrow();
  }

  /// The compiler leaves copies of string literals that it has turned into instructions; no map is
  /// created for those.
  private boolean isUnusedText(
      MapSpec map, Map<Integer, MapSpec> dataMaps, List<ProgramSpec> programs) {
    return map.isData()
        && dataMaps.entrySet().stream()
            .anyMatch(e ->
                e.getValue().name().equals(map.name())
                    && (elf.sections().get(e.getKey()).flags() & ElfFile.SHF_STRINGS) != 0)
        && programs.stream()
            .flatMap(p -> p.mapReferences().stream())
            .noneMatch(r -> r.map().equals(map.name()));
  }

  /// A section of zeroes takes no room in the file, and can claim to have any number of them.
  private void checkSizes() {
    for (var section : elf.sections()) {
      if (isNamed(section, ".bss") && (section.size() < 0 || section.size() > Integer.MAX_VALUE)) {
        throw MalformedObjectException.tooLarge(
            file, section.name(), section.size(), Integer.MAX_VALUE, "a map");
      }
    }
  }

  private void checkNames(List<MapSpec> maps) {
    var seen = new HashMap<String, MapSpec>();
    for (var map : maps) {
      if (seen.put(map.name(), map) != null) {
        throw new MalformedObjectException(
            file, "", 0, "two maps with the name '" + map.name() + "'", "give one another name");
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
      throw data.malformed(
          0,
          "a version of " + data.size() + " bytes, where 4 were expected",
          "make it a __u32, or leave it out");
    }
    return data.s32(0);
  }

  /// The maps of the data sections, by the index of the section.
  private Map<Integer, MapSpec> dataMaps(Optional<Btf> types) {
    var maps = new LinkedHashMap<Integer, MapSpec>();
    for (var section : elf.sections()) {
      if (section.executable() || section.size() == 0) {
        continue;
      }
      if (isNamed(section, ".bss") && section.type() == ElfFile.SHT_NOBITS) {
        maps.put(
            section.index(),
            data(types, section.name(), (int) section.size(), Optional.empty(), false));
      } else if (section.type() == ElfFile.SHT_PROGBITS
          && (isNamed(section, ".data") || isNamed(section, ".rodata"))) {
        maps.put(
            section.index(),
            data(
                types,
                section.name(),
                section.data().size(),
                Optional.of(Bytes.of(section.data().copy())),
                isNamed(section, ".rodata")));
      }
    }
    return maps;
  }

  /// The map of a section of variables. It can be mapped into memory where it has a variable that
  /// other files may see.
  private static MapSpec data(
      Optional<Btf> types, String section, int size, Optional<Bytes> content, boolean readOnly) {
    var draft = new MapSpec.Builder(section);
    draft.type = MapType.ARRAY.number();
    draft.keySize = 4;
    draft.valueSize = size;
    draft.maxEntries = 1;
    draft.content = content;
    draft.frozen = readOnly;
    var described = types.map(t -> Arrays.stream(t.ids(section)).findFirst().orElse(0)).orElse(0);
    draft.valueType = described;
    draft.flags =
        (readOnly ? MapSpec.RDONLY_PROG : 0)
            | (described != 0 && hasVisible(types.orElseThrow(), described) ? MapSpec.MMAPABLE : 0);
    return draft.spec();
  }

  private static boolean hasVisible(Btf types, int section) {
    return types.type(section) instanceof BtfType.DataSection variables
        && variables.variables().stream()
            .anyMatch(v ->
                types.type(v.variable()) instanceof BtfType.Variable variable
                    && variable.linkage() != 0);
  }

  private static boolean isNamed(Section section, String name) {
    return section.name().equals(name) || section.name().startsWith(name + ".");
  }
}
