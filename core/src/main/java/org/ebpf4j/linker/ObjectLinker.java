package org.ebpf4j.linker;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.elf.ElfFile;
import org.ebpf4j.elf.ElfWriter;
import org.ebpf4j.elf.Relocation;
import org.ebpf4j.elf.Section;
import org.ebpf4j.elf.Symbol;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.IncompatibleObjectsException;
import org.ebpf4j.error.MalformedObjectException;
import org.ebpf4j.error.RelocationException;
import org.ebpf4j.object.Bytes;

/// Links object files into one, as `bpftool gen object` does: sections of one name become one,
/// externs become what another file defines, and BTF says each thing once. What is linked can be
/// linked again, and loads like an object of a single source file. Its functions are pure, and any
/// thread may call them.
///
/// Two files may define the same global symbol only if one of the definitions is weak; every
/// declaration must agree with the definition. The license must be the same in all files. Debug
/// information other than BTF is left out.
public final class ObjectLinker {
  private static final String MAPS = ".maps";
  private static final String JUMP_TABLES = ".jumptables";
  private static final int INSTRUCTION = 8;
  private static final byte CALL = (byte) 0x85;

  /// What alignment may waste, over all sections. More is made to fill memory.
  private static final long MOST_PADDING = 1L << 22;

  private static final long MOST_ALIGNMENT = 1L << 20;
  private static final int MOST_SECTIONS = 0x7000;

  /// An object file to link.
  ///
  /// @param name the name for messages
  /// @param bytes what it holds
  public record Input(String name, Bytes bytes) {}

  private final String name;
  private final List<InputObject> inputs = new ArrayList<>();
  private final Map<String, OutputSection> sections = new LinkedHashMap<>();

  /// Those with bytes, in the order in which they got them.
  private final List<OutputSection> written = new ArrayList<>();

  private final List<OutputSymbol> symbols = new ArrayList<>();
  private final Map<String, GlobalSymbol> globals = new HashMap<>();
  private final TypeLinker types;
  private long padding;

  private ObjectLinker(String name, InputObject first) {
    this.name = name;
    this.types = new TypeLinker(globals, first.elf().order());
  }

  /// Links object files, of which there must be one or more.
  ///
  /// @param name what the linked file will be called, for messages
  /// @param inputs the files, in the order in which their sections follow one another
  /// @return the bytes of the linked file
  /// @throws org.ebpf4j.error.MalformedObjectException where a file is no object of eBPF, or
  ///   damaged
  /// @throws IncompatibleObjectsException where files contradict each other
  /// @throws RelocationException where a reference leads to what is left out
  public static byte[] link(String name, List<Input> inputs) {
    if (inputs.isEmpty()) {
      throw new IllegalArgumentException("no files to link");
    }
    var objects = new ArrayList<InputObject>();
    for (var input : inputs) {
      objects.add(new InputObject(input.name(), input.bytes().toArray()));
    }
    var linker = new ObjectLinker(name, objects.getFirst());
    objects.forEach(linker::add);
    return linker.write();
  }

  private void add(InputObject input) {
    if (!inputs.isEmpty() && inputs.getFirst().elf().order() != input.elf().order()) {
      throw new IncompatibleObjectsException(
          "",
          inputs.getFirst().name()
              + " is "
              + inputs.getFirst().elf().order()
              + ", "
              + input.name()
              + " is "
              + input.elf().order());
    }
    inputs.add(input);
    input.sections().stream().filter(InputSection::isData).forEach(s -> addSection(input, s));
    input.elf().symbols().stream().skip(1).forEach(symbol -> addSymbol(input, symbol));
    input.sections().stream()
        .filter(s -> !s.isSkipped())
        .flatMap(s -> s.elf().stream())
        .filter(s -> s.type() == ElfFile.SHT_REL)
        .forEach(s -> addRelocations(input, s));
    types.add(input);
  }

  private void addSection(InputObject input, InputSection section) {
    var output = sections.computeIfAbsent(section.name(), OutputSection::new);
    var elf = section.elf();
    if (elf.isEmpty()) {
      section.place(output, 0);
      return;
    }
    if (output.header().isEmpty()) {
      output.start(input, elf.get());
      written.add(output);
      if (written.size() > MOST_SECTIONS) {
        throw input.malformed(section.name(), "section " + written.size() + " of the linked file");
      }
    } else {
      output.checkSame(input, elf.get());
      if (section.name().equals("license") || section.name().equals("version")) {
        output.checkEqual(input, section);
        section.place(output, 0);
        section.skip();
        return;
      }
    }
    checkSize(input, section, output);
    output.append(section);
  }

  private void checkSize(InputObject input, InputSection section, OutputSection output) {
    var elf = section.section();
    if (elf.alignment() > MOST_ALIGNMENT) {
      throw input.malformed(section.name(), "aligned to " + elf.alignment() + " bytes");
    }
    var most = Integer.MAX_VALUE - MOST_ALIGNMENT - output.size();
    if (elf.size() < 0 || elf.size() > most) {
      throw MalformedObjectException.tooLarge(
          input.name(),
          section.name(),
          elf.size(),
          most,
          name + (output.size() == 0 ? "" : " after those of other files"));
    }
    var alignment = Math.max(elf.alignment(), output.alignment());
    padding += output.isZeroes() ? 0 : -output.size() & (alignment - 1);
    if (padding > MOST_PADDING) {
      throw input.malformed(
          section.name(),
          "aligned to " + alignment + " bytes, which wastes more than 4 MiB in " + name);
    }
  }

  private void addSymbol(InputObject input, Symbol symbol) {
    var section = input.section(symbol.section());
    if (section.isPresent()) {
      if (section.get().isSkipped()) {
        return;
      }
      var output = section.get().output();
      if (output.isEmpty()) {
        throw input.malformed(
            section.get().name(), "symbol '" + symbol.name() + "' in a section without data");
      }
      if (symbol.type() == Symbol.SECTION && output.get().symbol().isPresent()) {
        input.setSymbol(symbol.index(), output.get().symbol().get());
        return;
      }
    }
    var isPrivate =
        symbol.binding() == Symbol.LOCAL
            || section.map(s -> s.name().equals(JUMP_TABLES)).orElse(false);
    if (isPrivate) {
      addNew(input, symbol, section);
    } else {
      addGlobal(input, symbol, section);
    }
  }

  private OutputSymbol addNew(InputObject input, Symbol symbol, Optional<InputSection> section) {
    var isSection = symbol.type() == Symbol.SECTION;
    var offset = isSection ? 0 : section.map(InputSection::offset).orElse(0L);
    var output = section.flatMap(InputSection::output);
    var added = new OutputSymbol(symbol, symbol.value() + offset, output.orElse(null));
    symbols.add(added);
    input.setSymbol(symbol.index(), added);
    if (isSection) {
      output.ifPresent(s -> s.setSymbol(added));
    }
    return added;
  }

  private void addGlobal(InputObject input, Symbol symbol, Optional<InputSection> section) {
    var isExtern = symbol.section() == ElfWriter.UNDEFINED;
    var type = input.typeOf(symbol.name());
    var output = isExtern ? externSection(input, type) : section.flatMap(InputSection::output);
    var known = globals.get(symbol.name());
    if (known == null) {
      var added = addNew(input, symbol, section);
      globals.put(
          symbol.name(),
          new GlobalSymbol(
              added,
              input,
              type.type(),
              output.orElse(null),
              isExtern,
              symbol.binding() == Symbol.WEAK));
      return;
    }
    checkAgreement(input, symbol, known, type);
    input.setSymbol(symbol.index(), known.symbol());
    if (symbol.binding() == Symbol.GLOBAL) {
      known.strengthen();
    }
    known.symbol().restrict(symbol.visibility());
    if (isExtern || (!known.isExtern() && symbol.binding() == Symbol.WEAK)) {
      return;
    }
    if (section.isEmpty() || output.isEmpty()) {
      throw input.malformed("", "global symbol '" + symbol.name() + "' is in no section");
    }
    types.define(known, input, type.type());
    known.define(input, type.type(), output.get());
    known.symbol().define(symbol, section.get().offset() + symbol.value(), output.get());
  }

  /// The section that BTF puts an extern in; none for one that another file is to define.
  private static Optional<OutputSection> externSection(InputObject input, InputObject.TypeOf type) {
    return input.listedIn(type).flatMap(input::section).flatMap(InputSection::output);
  }

  private static void checkAgreement(
      InputObject input, Symbol symbol, GlobalSymbol known, InputObject.TypeOf type) {
    var name = symbol.name();
    if (known.origin() == input) {
      throw input.malformed(".symtab", "two global symbols '" + name + "'");
    }
    if (symbol.section() != ElfWriter.UNDEFINED
        && !known.isExtern()
        && !known.isWeak()
        && symbol.binding() != Symbol.WEAK) {
      throw new IncompatibleObjectsException(
          name,
          "'"
              + name
              + "' is defined by "
              + known.origin().name()
              + " and by "
              + input.name()
              + "; one of them must be weak or static");
    }
    var match = new TypeMatch(input.whole(), known.origin().btf(), input.btf());
    var inMaps = known.section().map(s -> s.name().equals(MAPS)).orElse(false);
    var difference =
        inMaps
            ? definition(known.origin(), known.originType())
                .difference(definition(input, type.type()), match)
            : match.difference(known.originType(), type.type());
    difference.ifPresent(d -> {
      throw new IncompatibleObjectsException(
          name,
          (inMaps ? "map '" : "'")
              + name
              + "' of "
              + known.origin().name()
              + " and "
              + input.name()
              + " has "
              + d);
    });
  }

  private static MapDefinition definition(InputObject input, int type) {
    if (input.type(type) instanceof BtfType.Variable variable) {
      return new MapDefinition.Reader(input.whole(), input.btf()).read(variable);
    }
    throw input.malformed(MAPS, "BTF type " + type + " in .maps is no variable");
  }

  private void addRelocations(InputObject input, Section table) {
    var target = input.section(table.info()).orElseThrow();
    if (!target.isSkipped()) {
      RelocationTable.read(input.elf(), table).forEach(r -> addRelocation(input, target, r));
    }
  }

  private void addRelocation(InputObject input, InputSection target, Relocation relocation) {
    var symbol = input.elf().symbols().get(relocation.symbol());
    var output = target.output();
    var linked = input.symbol(relocation.symbol());
    if (output.isEmpty() || linked.isEmpty()) {
      throw new RelocationException(
          symbol.name(),
          input.name()
              + ", section "
              + target.name()
              + ": what is at offset "
              + relocation.offset()
              + " refers to '"
              + symbol.name()
              + "', whose section is not linked");
    }
    if (symbol.type() == Symbol.SECTION) {
      var section = input.section(symbol.section());
      if (section.isEmpty() || !target.section().executable()) {
        throw new RelocationException(
            symbol.name(),
            input.name()
                + ", section "
                + target.name()
                + ": data at offset "
                + relocation.offset()
                + " refers to something static, which linking cannot move; let it be global");
      }
      shift(input, target, Math.toIntExact(relocation.offset()), section.get().offset());
    }
    output
        .get()
        .patches()
        .add(
            new OutputSection.Patch(
                target.offset() + relocation.offset(), relocation.type(), linked.get()));
  }

  /// An instruction that refers to a place in a section says so by its immediate, which moves with
  /// the section: in instructions for a call, else in bytes.
  private static void shift(InputObject input, InputSection target, int at, long by) {
    var code = ByteBuffer.wrap(target.bytes()).order(input.elf().order());
    var isCall = code.get(at) == CALL;
    var immediate = at + 4;
    code.putInt(immediate, code.getInt(immediate) + (int) (isCall ? by / INSTRUCTION : by));
  }

  private byte[] write() {
    var writer = new ElfWriter(inputs.getFirst().elf().order());
    written.forEach(section -> section.setIndex(write(section, writer)));
    types
        .finish(List.copyOf(sections.values()))
        .forEach((section, bytes) ->
            writer.addSection(section, ElfFile.SHT_PROGBITS, 0, 8, 0, bytes.toArray()));
    for (var symbol : symbols) {
      symbol.setHandle(
          writer.addSymbol(
              symbol.name(),
              symbol.value(),
              symbol.size(),
              symbol.binding(),
              symbol.type(),
              symbol.visibility(),
              symbol.sectionIndex()));
    }
    for (var section : written) {
      for (var patch : section.patches()) {
        writer.addRelocation(
            section.index(), patch.offset(), patch.type(), patch.symbol().handle());
      }
    }
    try {
      return writer.toBytes();
    } catch (ArithmeticException e) {
      throw new BpfException(name + " would have more than 2 GiB", e);
    }
  }

  private static int write(OutputSection section, ElfWriter writer) {
    var header = section.header().orElseThrow();
    return section.isZeroes()
        ? writer.addZeroes(
            section.name(), header.flags(), section.alignment(), header.entrySize(), section.size())
        : writer.addSection(
            section.name(),
            header.type(),
            header.flags(),
            section.alignment(),
            header.entrySize(),
            section.bytes());
  }
}
