package org.ebpf4j.load;

import java.util.ArrayList;
import java.util.List;
import org.ebpf4j.attach.BtfTracepoint;
import org.ebpf4j.attach.Fentry;
import org.ebpf4j.attach.Fexit;
import org.ebpf4j.attach.FmodRet;
import org.ebpf4j.attach.Freplace;
import org.ebpf4j.attach.Fsession;
import org.ebpf4j.attach.KernelIterator;
import org.ebpf4j.attach.Lsm;
import org.ebpf4j.attach.LsmCgroup;
import org.ebpf4j.attach.TypedPoint;
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
  ProgramTarget find(ProgramSpec program, @Nullable TargetProgram other) {
    if (!(program.attachPoint().orElse(null) instanceof TypedPoint point)) {
      return withoutPlace(program);
    }
    if (other != null) {
      return ofProgram(program, point.name(), other);
    }
    if (point instanceof Freplace) {
      throw new BpfException(
          "program '"
              + program.name()
              + "' replaces a function of another program; say of which one\n  try:"
              + " LoadOptions.withTarget, or --attach "
              + program.name()
              + "=freplace:"
              + point.name()
              + ",of=PROGRAM, its id or pin");
    }
    return ofKernel(program, point);
  }

  /// A program whose section asks for a place that it does not name cannot be loaded.
  private static ProgramTarget withoutPlace(ProgramSpec program) {
    var section =
        SectionName.find(program.section())
            .filter(s -> s.kernelType() && program.type().filter(s.type()::equals).isPresent());
    if (section.isPresent()) {
      throw new BpfException(
          "program '"
              + program.name()
              + "': section "
              + program.section()
              + " does not say what it is for; name it behind a '/'");
    }
    return new ProgramTarget.None();
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

  private ProgramTarget ofKernel(ProgramSpec program, TypedPoint point) {
    var kind = point instanceof BtfTracepoint ? Kind.TYPEDEF : Kind.FUNCTION;
    var module = point.module();
    var wanted = point.typeName();
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
        noun(point),
        point.name(),
        names(kernel.types(), point.typePrefix(), kind),
        "Program '"
            + program.name()
            + "' is for it, and neither the kernel's types nor those of its modules have it",
        advice(point));
  }

  private static String advice(TypedPoint point) {
    var otherwise = ", or leave the program out (--without)";
    return switch (point) {
      case BtfTracepoint _ ->
          "load the module that has it, or name another: available_events of tracefs has them,"
              + " behind their systems"
              + otherwise;
      case Lsm _, LsmCgroup _ ->
          "name a hook as the kernel's lsm_hook_defs.h does, without security_ in front"
              + otherwise;
      case KernelIterator _ ->
          "name what is gone through, such as task, bpf_map or tcp; older kernels have fewer"
              + otherwise;
      case Fentry _, Fexit _, FmodRet _, Fsession _, Freplace _ ->
          "load the module that has it, or name another: this kernel may have it inlined, or under"
              + " another name"
              + otherwise;
    };
  }

  private static String noun(TypedPoint point) {
    return switch (point) {
      case BtfTracepoint _ -> "tracepoint";
      case Lsm _, LsmCgroup _ -> "LSM hook";
      case KernelIterator _ -> "iterator";
      case Fentry _, Fexit _, FmodRet _, Fsession _, Freplace _ -> "kernel function";
    };
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
