package org.ebpf4j.object;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.codec.Codec;
import org.ebpf4j.elf.WholeFile;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.FileError;
import org.ebpf4j.error.MalformedObjectException;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.insn.Instructions;

/// An object file as a value: the maps that are to be created and the programs that are to be
/// loaded. Reading is a pure function of the bytes; nothing happens in a kernel. Change it before
/// loading with the `with…` methods, which give new values.
///
/// @param name the name of the file without directory and endings, such as `hello`
/// @param order the byte order it was compiled for
/// @param license its license, such as `GPL`; empty where the file has none
/// @param kernelVersion the kernel version it says it is for (`KERNEL_VERSION`), or 0
/// @param maps its maps, in the order of the file
/// @param programs its programs, in the order of the file
/// @param types its types, in the form that a kernel takes; empty where it has none
/// @param externs what the kernel is to supply
/// @param relocations all its CO-RE relocations, in the order of the file
public record ObjectSpec(
    String name,
    ByteOrder order,
    String license,
    int kernelVersion,
    List<MapSpec> maps,
    List<ProgramSpec> programs,
    Optional<Btf> types,
    List<Extern> externs,
    List<OwnedRelocation> relocations) {

  public ObjectSpec {
    maps = List.copyOf(maps);
    programs = List.copyOf(programs);
    externs = List.copyOf(externs);
    relocations = List.copyOf(relocations);
  }

  /// Reads an object file that clang compiled.
  ///
  /// @throws MalformedObjectException where it is not one; names the section and the offset
  /// @throws BpfException where the file cannot be read
  public static ObjectSpec read(Path file) {
    return read(file.toString(), readAll(file));
  }

  /// Reads an object file from a stream, which stays open. `name` stands for it in messages.
  public static ObjectSpec read(String name, InputStream stream) throws IOException {
    return read(name, WholeFile.read(name, stream));
  }

  /// Reads the bytes of an object file. `name` stands for it in messages.
  public static ObjectSpec read(String name, byte[] bytes) {
    return new ObjectReader(name, bytes.clone()).read();
  }

  /// Reads a file of bare instructions, as `llvm-objcopy -O binary -j .text` extracts them, in this
  /// machine's byte order.
  ///
  /// @throws MalformedObjectException where it is empty, or its length is no multiple of 8
  public static ObjectSpec readInstructions(Path file, ProgramType type) {
    return readInstructions(file.toString(), readAll(file), type);
  }

  /// The same for bytes at hand; the program is named after `name`, and its license is GPL.
  public static ObjectSpec readInstructions(String name, byte[] bytes, ProgramType type) {
    if (bytes.length == 0) {
      throw new MalformedObjectException(
          name, "", 0, "the file is empty, where instructions were expected");
    }
    if (bytes.length % 8 != 0) {
      throw new MalformedObjectException(
          name,
          "",
          bytes.length - bytes.length % 8,
          "the file ends inside an instruction: its length of "
              + bytes.length
              + " bytes is no multiple of 8");
    }
    var program =
        ProgramSpec.of(baseName(name), type, Instructions.read(bytes, ByteOrder.nativeOrder()));
    return new ObjectSpec(
        baseName(name),
        ByteOrder.nativeOrder(),
        "GPL",
        0,
        List.of(),
        List.of(program),
        Optional.empty(),
        List.of(),
        List.of());
  }

  /// Starts an object of that name, in this machine's byte order, under no license.
  public static ObjectBuilder builder(String name) {
    return new ObjectBuilder(name);
  }

  /// A builder with all that this object has.
  public ObjectBuilder toBuilder() {
    var builder =
        new ObjectBuilder(name).order(order).license(license).kernelVersion(kernelVersion);
    maps.forEach(builder::map);
    programs.forEach(builder::program);
    types.ifPresent(builder::types);
    return builder.externs(externs).relocations(relocations);
  }

  private static byte[] readAll(Path file) {
    try {
      return WholeFile.read(file);
    } catch (NoSuchFileException e) {
      throw ObjectFileSearch.missing(file, e);
    } catch (IOException e) {
      throw FileError.of(file, "read", e);
    } catch (OutOfMemoryError e) {
      throw new BpfException(
          file
              + ": larger than the memory at hand\n  try: an object file, which has a few MB at most",
          e);
    }
  }

  static String baseName(String file) {
    var name = file.substring(file.lastIndexOf('/') + 1);
    var dot = name.indexOf('.');
    return dot > 0 ? name.substring(0, dot) : name;
  }

  /// The program of that name.
  ///
  /// @throws NotFoundException where there is none
  public ProgramSpec program(String wanted) {
    return programs.stream()
        .filter(p -> p.name().equals(wanted))
        .findFirst()
        .orElseThrow(() -> missing("program", wanted, programs.stream().map(ProgramSpec::name)));
  }

  private static NotFoundException missing(String what, String wanted, Stream<String> names) {
    var known = names.toList();
    return new NotFoundException(
        what,
        wanted,
        known,
        "",
        known.isEmpty() ? "another object, or leave it out: this one has no " + what : "");
  }

  /// The map of that name.
  ///
  /// @throws NotFoundException where there is none
  public MapSpec map(String wanted) {
    return maps.stream()
        .filter(m -> m.name().equals(wanted))
        .findFirst()
        .orElseThrow(
            () -> missing("map", wanted, maps.stream().filter(MapSpec::create).map(MapSpec::name)));
  }

  /// The same object with another version of one program.
  ///
  /// @throws NotFoundException where there is no such program
  public ObjectSpec withProgram(String wanted, UnaryOperator<ProgramSpec> change) {
    program(wanted);
    return withPrograms(
        programs.stream().map(p -> p.name().equals(wanted) ? change.apply(p) : p).toList());
  }

  /// The same object with every program changed.
  public ObjectSpec withEachProgram(UnaryOperator<ProgramSpec> change) {
    return withPrograms(programs.stream().map(change).toList());
  }

  /// The same object without one program.
  ///
  /// @throws NotFoundException where there is no such program
  public ObjectSpec withoutProgram(String wanted) {
    program(wanted);
    return withPrograms(programs.stream().filter(p -> !p.name().equals(wanted)).toList());
  }

  /// The same object with one program once more, behind the others and under another name: to load
  /// it a second time, as another type or for another target. Both use the same maps.
  ///
  /// @throws NotFoundException where there is no such program
  /// @throws IllegalArgumentException where there is one of the new name
  public ObjectSpec withCopy(String wanted, String copy) {
    var original = program(wanted);
    if (programs.stream().anyMatch(p -> p.name().equals(copy))) {
      throw new IllegalArgumentException("there is a program '" + copy + "' already");
    }
    var more = new ArrayList<>(programs);
    more.add(original.named(copy));
    return withPrograms(more);
  }

  private ObjectSpec withPrograms(List<ProgramSpec> changed) {
    return new ObjectSpec(
        name, order, license, kernelVersion, maps, changed, types, externs, relocations);
  }

  /// The same object with another version of one map.
  ///
  /// @throws NotFoundException where there is no such map
  public ObjectSpec withMap(String wanted, UnaryOperator<MapSpec> change) {
    map(wanted);
    return withMaps(maps.stream().map(m -> m.name().equals(wanted) ? change.apply(m) : m).toList());
  }

  private ObjectSpec withMaps(List<MapSpec> changed) {
    return new ObjectSpec(
        name, order, license, kernelVersion, changed, programs, types, externs, relocations);
  }

  /// The same object with other types, to which the ids in maps, programs and externs refer from
  /// now on.
  public ObjectSpec withTypes(Btf other) {
    return new ObjectSpec(
        name,
        order,
        license,
        kernelVersion,
        maps,
        programs,
        Optional.of(other),
        externs,
        relocations);
  }

  /// The same object under another license.
  public ObjectSpec withLicense(String other) {
    return new ObjectSpec(
        name, order, other, kernelVersion, maps, programs, types, externs, relocations);
  }

  /// The global variables, as the types say where they stand; none for an object without types.
  public List<Variable> variables() {
    return types.map(t -> Variables.of(t, maps)).orElse(List.of());
  }

  /// The global variable of that name, or a part of one, as C names it: `cfg.pid`, `limits[2]`.
  ///
  /// @throws NotFoundException where there is none
  /// @throws IllegalArgumentException where the variable has no such part
  public Variable variable(String wanted) {
    var all = variables();
    return all.stream()
        .filter(v -> v.name().equals(wanted))
        .findFirst()
        .or(() -> types.flatMap(t -> VariablePath.find(t, all, wanted)))
        .orElseThrow(() -> missing("variable", wanted, all.stream().map(Variable::name)));
  }

  /// The bytes that a variable has from the start.
  ///
  /// @throws NotFoundException where there is no such variable
  public byte[] variableBytes(String wanted) {
    var variable = variable(wanted);
    return variableBytes(variable, variable.size());
  }

  /// The first bytes, `most` at most, that a variable of this object has from the start: to look at
  /// one that may be large.
  public byte[] variableBytes(Variable variable, int most) {
    var length = Math.min(variable.size(), most);
    return map(variable.map())
        .content()
        .map(image -> image.copy(variable.offset(), length))
        .orElseGet(() -> new byte[length]);
  }

  /// The same object with another first value of a number, `bool`, `char`, enum or pointer.
  ///
  /// @throws NotFoundException where there is no such variable
  /// @throws IllegalArgumentException where it is no such number, or the value does not fit into it
  public ObjectSpec withVariable(String wanted, long value) {
    var variable = variable(wanted);
    return withVariable(wanted, Variables.encode(types.orElseThrow(), variable, value, order));
  }

  /// The same object with another first value of a variable, as people write it: text for an array
  /// of `char`, `true` or `false`, the name of an enum's value, a number in decimal or with `0x`.
  ///
  /// @throws NotFoundException where there is no such variable
  /// @throws IllegalArgumentException where it cannot hold that
  public ObjectSpec withVariable(String wanted, String text) {
    var variable = variable(wanted);
    return withBytes(variable, Variables.parse(types.orElseThrow(), variable, text, order));
  }

  /// The same object with another first value of a variable, byte by byte.
  ///
  /// @throws NotFoundException where there is no such variable
  /// @throws IllegalArgumentException where it has another number of bytes
  public ObjectSpec withVariable(String wanted, byte[] value) {
    var variable = variable(wanted);
    if (value.length != variable.size()) {
      throw new IllegalArgumentException(
          "variable '" + wanted + "' has " + variable.size() + " bytes, not " + value.length);
    }
    return withBytes(variable, value);
  }

  /// The same object with another first value of a variable, as a codec writes it.
  ///
  /// @throws NotFoundException where there is no such variable
  /// @throws IllegalArgumentException where it has another size, or cannot hold that
  public <T> ObjectSpec withVariable(String wanted, Codec<T> codec, T value) {
    var bytes = new byte[codec.size()];
    codec.write(MemorySegment.ofArray(bytes), 0, value);
    return withVariable(wanted, bytes);
  }

  /// The same object with other first bytes of a variable, and zeroes behind them.
  private ObjectSpec withBytes(Variable variable, byte[] value) {
    return withMap(
        variable.map(),
        map -> {
          var image = map.content().orElseGet(() -> Bytes.zeroes(map.valueSize()));
          var changed =
              image.withZeroes(variable.offset(), variable.size()).with(variable.offset(), value);
          return map.with(d -> d.content = Optional.of(changed));
        });
  }
}
