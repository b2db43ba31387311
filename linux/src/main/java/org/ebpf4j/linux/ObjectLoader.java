package org.ebpf4j.linux;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.UnsupportedFeatureException;
import org.ebpf4j.insn.Instructions;
import org.ebpf4j.insn.Slot;
import org.ebpf4j.linux.internal.sys.Bpf;
import org.ebpf4j.linux.internal.sys.Fd;
import org.ebpf4j.object.MapReference;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.object.ProgramSpec;
import org.ebpf4j.object.SectionName;

/// Brings one object into the kernel: its maps, its types, then its programs, with the maps'
/// descriptors written into their instructions.
final class ObjectLoader {
  private final LinuxKernel kernel;
  private final ObjectSpec spec;
  private final LoadOptions options;

  ObjectLoader(LinuxKernel kernel, ObjectSpec spec, LoadOptions options) {
    this.kernel = kernel;
    this.spec = spec;
    this.options = options;
  }

  LinuxObject load() {
    check();
    var opened = new ArrayList<AutoCloseable>();
    try {
      var maps = new MapCreation(kernel).createAll(spec);
      opened.addAll(maps);
      var fds = new HashMap<String, Integer>();
      maps.forEach(map -> fds.put(map.name(), map.fd()));
      var programs = new ArrayList<LinuxProgram>();
      // The programs keep the types; this descriptor is for loading only.
      try (var types = loadTypes()) {
        for (var program : spec.programs()) {
          if (program.autoload()) {
            var loaded = load(program, types.fd(), fds);
            opened.add(loaded);
            programs.add(loaded);
          }
        }
      }
      return new LinuxObject(spec.name(), maps, programs);
    } catch (RuntimeException | Error e) {
      Closing.after(e, opened);
      throw e;
    }
  }

  /// What can be known to fail before anything is created.
  private void check() {
    if (spec.order() != ByteOrder.nativeOrder()) {
      throw new BpfException(
          spec.name()
              + " was compiled for "
              + spec.order()
              + " machines, and this one is "
              + ByteOrder.nativeOrder()
              + "; compile it with -target bpf"
              + (ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? "el" : "eb"));
    }
    for (var program : spec.programs()) {
      if (!program.autoload()) {
        continue;
      }
      if (program.type().isEmpty()) {
        SectionName.parse(program.section());
      }
      if (!program.coreRelocations().isEmpty()) {
        throw new UnsupportedFeatureException(
            "CO-RE",
            null,
            "program '"
                + program.name()
                + "' has "
                + program.coreRelocations().size()
                + " CO-RE relocations (the first at instruction "
                + program.coreRelocations().getFirst()
                + "), which this release does not apply");
      }
    }
  }

  /// The object's types in the kernel, or nothing where there are none or the kernel does not take
  /// them: then programs load without them.
  private record Types(@org.jspecify.annotations.Nullable Fd descriptor) implements AutoCloseable {
    int fd() {
      return descriptor == null ? 0 : descriptor.number();
    }

    @Override
    public void close() {
      if (descriptor != null) {
        descriptor.close();
      }
    }
  }

  private Types loadTypes() {
    if (spec.btf().isEmpty()) {
      return new Types(null);
    }
    var bytes = spec.btf().get().toArray();
    var result = Bpf.btfLoad(bytes);
    if (!result.ok()) {
      kernel.report(
          Step.Action.LOAD_TYPES,
          spec.name(),
          bytes.length
              + " bytes of BTF: "
              + org.ebpf4j.error.Errno.describe(result.errno())
              + "; going on without");
      return new Types(null);
    }
    var types = new Types(result.fd());
    try {
      kernel.report(
          Step.Action.LOAD_TYPES, spec.name(), bytes.length + " bytes of BTF: " + result.fd());
      return types;
    } catch (RuntimeException | Error e) {
      types.close();
      throw e;
    }
  }

  private LinuxProgram load(ProgramSpec program, int typesFd, Map<String, Integer> maps) {
    var patched = patch(program, maps);
    return new ProgramLoader(kernel, spec, program, options).load(patched, typesFd);
  }

  private Instructions patch(ProgramSpec program, Map<String, Integer> maps) {
    var slots = program.instructions().toSlots();
    for (MapReference reference : program.mapReferences()) {
      var fd = maps.get(reference.map());
      if (fd == null) {
        throw new BpfException(
            "program '"
                + program.name()
                + "', instruction "
                + reference.slot()
                + ": refers to map '"
                + reference.map()
                + "', which the object does not have");
      }
      slots[reference.slot()] = Slot.withImm(slots[reference.slot()], fd);
      kernel.report(
          Step.Action.PATCH,
          "program " + program.name(),
          "instruction "
              + reference.slot()
              + " (byte "
              + reference.slot() * 8
              + ") gets fd "
              + fd
              + " for "
              + reference.describe());
    }
    return Instructions.of(slots);
  }
}
