package org.ebpf4j.linker;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfBuilder;
import org.ebpf4j.btf.BtfDeduplication;
import org.ebpf4j.btf.BtfType;
import org.ebpf4j.error.IncompatibleObjectsException;
import org.ebpf4j.object.Bytes;

/// Links what files say in BTF. The types of all files follow one another, but a global symbol has
/// one variable or function, with the type that the file gives it that defines it. Data sections
/// are made anew; in the end, types that are the same become one.
final class TypeLinker {
  private static final int GLOBAL = 1;

  private final Map<String, GlobalSymbol> globals;
  private final ByteOrder order;
  private final BtfBuilder builder;

  TypeLinker(Map<String, GlobalSymbol> globals, ByteOrder order) {
    this.globals = globals;
    this.order = order;
    this.builder = BtfBuilder.empty(order);
  }

  /// Prepares for a symbol to get the definition of another file, before it does. The declaration
  /// of an extern function has no names of parameters; it gets those of the definition, so that
  /// both types are the same.
  void define(GlobalSymbol global, InputObject input, int type) {
    var origin = global.origin();
    if (origin.type(global.originType()) instanceof BtfType.Function declared
        && input.type(type) instanceof BtfType.Function defined
        && origin.btf().type(declared.prototype()) instanceof BtfType.Prototype from
        && input.btf().type(defined.prototype()) instanceof BtfType.Prototype to) {
      var parameters = new ArrayList<BtfType.Parameter>();
      for (int i = 0; i < from.parameters().size(); i++) {
        var names = to.parameters().get(i).name();
        var parameter = from.parameters().get(i);
        parameters.add(
            new BtfType.Parameter(
                names.isEmpty() ? parameter.name() : names, origin.typeMap()[parameter.type()]));
      }
      builder.set(
          origin.typeMap()[declared.prototype()],
          new BtfType.Prototype(origin.typeMap()[from.result()], parameters));
    }
  }

  /// Adds the types of a file, after its symbols.
  void add(InputObject input) {
    if (!input.hasBtf()) {
      return;
    }
    var btf = input.btf();
    var ids = mapTypes(input, btf);
    input.setTypeMap(ids);
    for (int id = 1; id < ids.length; id++) {
      if (ids[id] == builder.typeCount()) {
        builder.add(btf, id, old -> mapped(input, old));
      }
    }
    globals.values().stream()
        .filter(g -> g.origin() == input && g.takeRetyped())
        .forEach(g -> builder.set(g.id(), definition(input, input.type(g.originType()))));
    for (var section : input.sections()) {
      if (section.dataSection() != 0 && !section.isSkipped()) {
        addVariables(input, section);
      }
    }
    addRecords(input, btf);
  }

  /// Gives ids to the types of a file, but for data sections and for what belongs to no symbol that
  /// is linked.
  private int[] mapTypes(InputObject input, Btf btf) {
    var ids = new int[btf.typeCount()];
    var next = builder.typeCount();
    for (int id = 1; id < ids.length; id++) {
      var type = input.type(id);
      if (type instanceof BtfType.DataSection) {
        continue;
      }
      if (InputObject.isShared(type)) {
        var global = globals.get(InputObject.nameOf(type));
        if (global == null) {
          continue;
        }
        if (global.id() != 0) {
          ids[id] = global.id();
          continue;
        }
        if (global.originType() == id && global.origin() == input) {
          global.setId(next);
        }
      }
      ids[id] = next++;
    }
    return ids;
  }

  private static int mapped(InputObject input, int id) {
    var linked = input.typeMap()[id];
    if (linked == 0 && id != 0) {
      throw input.malformed(".BTF", "BTF type " + id + " is left out, but another type names it");
    }
    return linked;
  }

  private static BtfType definition(InputObject input, BtfType type) {
    return switch (type) {
      case BtfType.Variable v -> new BtfType.Variable(v.name(), mapped(input, v.type()), GLOBAL);
      case BtfType.Function f ->
          new BtfType.Function(f.name(), mapped(input, f.prototype()), GLOBAL);
      default -> throw new IllegalArgumentException("no variable or function");
    };
  }

  private void addVariables(InputObject input, InputSection section) {
    var output = section.output();
    if (output.isEmpty()
        || !(input.type(section.dataSection()) instanceof BtfType.DataSection data)) {
      throw input.malformed(section.name(), "BTF has variables for a section without data");
    }
    output.get().setInBtf();
    for (var entry : data.variables()) {
      addVariable(input, section, output.get(), entry);
    }
  }

  private void addVariable(
      InputObject input,
      InputSection section,
      OutputSection output,
      BtfType.SectionVariable entry) {
    var type = input.type(entry.variable());
    if (!(type instanceof BtfType.Variable) && !(type instanceof BtfType.Function)) {
      throw input.malformed(
          section.name(), "BTF type " + entry.variable() + " is neither variable nor function");
    }
    var added =
        new BtfType.SectionVariable(
            mapped(input, entry.variable()),
            section.offset() + input.offset(section, entry),
            entry.size());
    if (!InputObject.isShared(type)) {
      output.variables().add(added);
      return;
    }
    var global = Objects.requireNonNull(globals.get(InputObject.nameOf(type)));
    if (global.section().orElse(null) != output) {
      throw new IncompatibleObjectsException(
          global.symbol().name(),
          "'"
              + global.symbol().name()
              + "' is in section '"
              + global.section().map(OutputSection::name).orElse("")
              + "' of "
              + global.origin().name()
              + ", in section '"
              + output.name()
              + "' of "
              + input.name());
    }
    if (global.variable() < 0) {
      global.setVariable(output.variables().size());
      output.variables().add(added);
    } else if (type instanceof BtfType.Variable) {
      var known = output.variables().get(global.variable());
      var offset = global.origin() == input ? added.offset() : known.offset();
      output
          .variables()
          .set(
              global.variable(),
              new BtfType.SectionVariable(
                  known.variable(), offset, global.origin().btf().size(global.originType())));
    }
  }

  private static void addRecords(InputObject input, Btf btf) {
    for (var kind : ExtRecords.Kind.values()) {
      var records = input.records(kind);
      if (records.groups().size() > input.sections().size()) {
        throw input.malformed(".BTF.ext", "records of more sections than there are");
      }
      for (var group : records.groups()) {
        var name = btf.string(group.section());
        var section =
            input
                .section(name)
                .orElseThrow(() ->
                    input.malformed(
                        ".BTF.ext", "records of section '" + name + "', which is not there"));
        var output = section.output();
        if (output.isPresent() && !section.isSkipped()) {
          output
              .get()
              .records(kind)
              .add(new OutputSection.Records(input, group, records.recordSize(), section.offset()));
        }
      }
    }
  }

  /// The sections `.BTF` and `.BTF.ext`, by their names; none where no file has types.
  Map<String, Bytes> finish(List<OutputSection> sections) {
    var linked = new LinkedHashMap<String, Bytes>();
    if (builder.typeCount() == 1) {
      return linked;
    }
    for (var section : sections) {
      if (section.inBtf()) {
        section.variables().sort(Comparator.comparingLong(BtfType.SectionVariable::offset));
        builder.add(new BtfType.DataSection(section.name(), section.size(), section.variables()));
      }
    }
    var once = BtfDeduplication.of(builder.build());
    var last = BtfBuilder.copyOf(once.btf());
    var records = writeRecords(sections, last, once.ids());
    linked.put(".BTF", Bytes.of(last.toBytes()));
    records.ifPresent(bytes -> linked.put(".BTF.ext", bytes));
    return linked;
  }

  private Optional<Bytes> writeRecords(
      List<OutputSection> sections, BtfBuilder strings, List<Integer> ids) {
    var areas = new ArrayList<byte[]>();
    for (var kind : ExtRecords.Kind.values()) {
      areas.add(area(kind, sections, strings, ids));
    }
    if (areas.stream().allMatch(a -> a.length == 0)) {
      return Optional.empty();
    }
    var header = ByteBuffer.allocate(ExtRecords.headerSize()).order(order);
    ExtRecords.putHeader(header, areas.stream().map(a -> a.length).toList());
    var all = new ByteArrayOutputStream();
    all.writeBytes(header.array());
    areas.forEach(all::writeBytes);
    return Optional.of(Bytes.of(all.toByteArray()));
  }

  /// The records of one kind of all sections; empty where there are none.
  private byte[] area(
      ExtRecords.Kind kind, List<OutputSection> sections, BtfBuilder strings, List<Integer> ids) {
    var area = new ByteArrayOutputStream();
    OutputSection.Records first = null;
    for (var section : sections) {
      var groups = section.records(kind);
      var size = 0;
      for (var group : groups) {
        if (first == null) {
          first = group;
          area.writeBytes(words(group.recordSize()));
        } else if (first.recordSize() != group.recordSize()) {
          throw new IncompatibleObjectsException(
              ".BTF.ext",
              "records in .BTF.ext have "
                  + first.recordSize()
                  + " bytes in "
                  + first.input().name()
                  + ", "
                  + group.recordSize()
                  + " in "
                  + group.input().name());
        }
        size += group.group().records().size();
      }
      if (!groups.isEmpty()) {
        area.writeBytes(
            words(strings.string(section.name()), size / groups.getFirst().recordSize()));
        groups.forEach(g -> area.writeBytes(moved(kind, g, strings, ids)));
      }
    }
    return area.toByteArray();
  }

  private byte[] words(int... words) {
    var buffer = ByteBuffer.allocate(4 * words.length).order(order);
    for (int word : words) {
      buffer.putInt(word);
    }
    return buffer.array();
  }

  /// Records with places, types and strings as they are in the linked file.
  private byte[] moved(
      ExtRecords.Kind kind, OutputSection.Records records, BtfBuilder strings, List<Integer> ids) {
    var input = records.input();
    var bytes = records.group().records().copy();
    var buffer = ByteBuffer.wrap(bytes).order(order);
    for (int at = 0; at < bytes.length; at += records.recordSize()) {
      buffer.putInt(at, buffer.getInt(at) + (int) records.offset());
      if (kind.typeField() >= 0) {
        var field = at + kind.typeField();
        buffer.putInt(field, ids.get(type(input, buffer.getInt(field))));
      }
      for (int string : kind.stringFields()) {
        var field = at + string;
        buffer.putInt(field, strings.string(input.btf(), buffer.getInt(field)));
      }
    }
    return bytes;
  }

  private static int type(InputObject input, int id) {
    if (id < 0 || id >= input.typeMap().length) {
      throw input.malformed(".BTF.ext", "a record with BTF type " + id + ", which is not there");
    }
    return mapped(input, id);
  }
}
