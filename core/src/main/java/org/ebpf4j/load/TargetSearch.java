package org.ebpf4j.load;

import java.util.ArrayList;
import java.util.List;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.Kind;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.object.ProgramSpec;
import org.ebpf4j.object.SectionName;
import org.jspecify.annotations.Nullable;

/// Finds what a section names: a function, tracepoint or iterator in the types of the kernel or a
/// module, or a function of another program.
final class TargetSearch {
  private final KernelFacts kernel;

  TargetSearch(KernelFacts kernel) {
    this.kernel = kernel;
  }

  /// @param other the program that this one is for, where the caller gave one
  ProgramTarget find(ProgramSpec program, SectionName section, @Nullable TargetProgram other) {
    var name = section.target();
    if (name.isEmpty()) {
      throw new BpfException(
          "program '"
              + program.name()
              + "': section "
              + program.section()
              + " does not say what it is for; name it behind a '/'");
    }
    if (other != null) {
      return ofProgram(program, name, other);
    }
    if (program.type().filter(t -> t == ProgramType.EXT).isPresent()) {
      throw new BpfException(
          "program '"
              + program.name()
              + "' replaces a function of another program; say of which one (LoadOptions.withTarget)");
    }
    return ofKernel(program, name);
  }

  private static ProgramTarget ofProgram(ProgramSpec program, String name, TargetProgram other) {
    var types =
        other.types(
            "program '"
                + program.name()
                + "' is for function '"
                + name
                + "' of program '"
                + other.name()
                + "'");
    var id = TypeSearch.first(types, name, Kind.FUNCTION, 1);
    if (id == 0) {
      throw new NotFoundException(
          "function of program '" + other.name() + "'", name, names(types, "", Kind.FUNCTION));
    }
    return new ProgramTarget.OfProgram(id);
  }

  private ProgramTarget ofKernel(ProgramSpec program, String name) {
    var attachType = program.attachType().orElse(AttachType.TRACE_FENTRY);
    var prefix =
        switch (attachType) {
          case TRACE_RAW_TP -> "btf_trace_";
          case LSM_MAC, LSM_CGROUP -> "bpf_lsm_";
          case TRACE_ITER -> "bpf_iter_";
          default -> "";
        };
    var kind = attachType == AttachType.TRACE_RAW_TP ? Kind.TYPEDEF : Kind.FUNCTION;
    var colon = name.indexOf(':');
    var module = colon < 0 ? "" : name.substring(0, colon);
    var wanted = prefix + name.substring(colon + 1);
    if (module.isEmpty() || module.equals("vmlinux")) {
      var id = TypeSearch.first(kernel.types(), wanted, kind, 1);
      if (id != 0) {
        return new ProgramTarget.OfKernel(id, "");
      }
    }
    for (var each : kernel.modules()) {
      if (module.isEmpty() || each.name().equals(module)) {
        var id =
            TypeSearch.first(
                each.types(), wanted, kind, module.isEmpty() ? each.types().firstId() : 1);
        if (id != 0) {
          return new ProgramTarget.OfKernel(id, each.name());
        }
      }
    }
    throw new NotFoundException(
        "target of program '" + program.name() + "' in the kernel's types",
        name.substring(colon + 1),
        names(kernel.types(), prefix, kind));
  }

  /// The names that stand behind a prefix.
  private static List<String> names(Btf types, String prefix, int kind) {
    var names = new ArrayList<String>();
    for (int id = types.firstId(); id < types.typeCount(); id++) {
      if (types.kind(id) == kind && types.name(id).startsWith(prefix)) {
        names.add(types.name(id).substring(prefix.length()));
      }
    }
    return names;
  }
}
