package org.ebpf4j.object;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.ebpf4j.btf.Btf;

/// An object while it is put together, for compilers and generators: [ObjectSpec#builder(String)].
/// Not for several threads.
public final class ObjectBuilder {
  private final String name;
  private final List<MapSpec> maps = new ArrayList<>();
  private final List<ProgramSpec> programs = new ArrayList<>();
  private ByteOrder order = ByteOrder.nativeOrder();
  private String license = "";
  private int kernelVersion;
  private Optional<Btf> types = Optional.empty();
  private List<Extern> externs = List.of();
  private List<OwnedRelocation> relocations = List.of();

  ObjectBuilder(String name) {
    this.name = name;
  }

  /// The byte order of the machine that it is for.
  public ObjectBuilder order(ByteOrder other) {
    order = other;
    return this;
  }

  /// Its license, such as `GPL`. Some helper functions want one that is compatible with it.
  public ObjectBuilder license(String other) {
    license = other;
    return this;
  }

  /// The kernel version (`KERNEL_VERSION`) that kernels before 5.0 want of kprobes.
  public ObjectBuilder kernelVersion(int other) {
    kernelVersion = other;
    return this;
  }

  /// Adds a map.
  public ObjectBuilder map(MapSpec map) {
    maps.add(map);
    return this;
  }

  /// Adds a program.
  public ObjectBuilder program(ProgramSpec program) {
    programs.add(program);
    return this;
  }

  /// The types, which key and value types, function records and relocations name by id.
  public ObjectBuilder types(Btf other) {
    types = Optional.of(other);
    return this;
  }

  /// What the kernel is to supply; programs name them by their place here.
  public ObjectBuilder externs(List<Extern> other) {
    externs = List.copyOf(other);
    return this;
  }

  /// The CO-RE relocations; programs name them by their place here.
  public ObjectBuilder relocations(List<OwnedRelocation> other) {
    relocations = List.copyOf(other);
    return this;
  }

  /// The object.
  ///
  /// @throws IllegalArgumentException where two maps or two programs have one name, or a program
  ///   refers to a map, an extern or a relocation that is not there
  public ObjectSpec build() {
    distinct("map", maps.stream().map(MapSpec::name).toList());
    distinct("program", programs.stream().map(ProgramSpec::name).toList());
    programs.forEach(this::check);
    return new ObjectSpec(
        name, order, license, kernelVersion, maps, programs, types, externs, relocations);
  }

  private void distinct(String kind, List<String> names) {
    var seen = new HashSet<String>();
    for (var one : names) {
      if (!seen.add(one)) {
        throw new IllegalArgumentException(
            "object '" + name + "' has two " + kind + "s of the name '" + one + "'");
      }
    }
  }

  private void check(ProgramSpec program) {
    for (var reference : program.mapReferences()) {
      if (maps.stream().noneMatch(m -> m.name().equals(reference.map()))) {
        throw missing(program, "map '" + reference.map() + "'");
      }
    }
    for (var reference : program.externReferences()) {
      if (reference.extern() < 0 || reference.extern() >= externs.size()) {
        throw missing(program, "extern " + reference.extern());
      }
    }
    for (var site : program.coreRelocations()) {
      if (site.relocation() < 0 || site.relocation() >= relocations.size()) {
        throw missing(program, "CO-RE relocation " + site.relocation());
      }
    }
  }

  private IllegalArgumentException missing(ProgramSpec program, String what) {
    return new IllegalArgumentException(
        "program '"
            + program.name()
            + "' refers to "
            + what
            + ", which object '"
            + name
            + "' does not have");
  }
}
