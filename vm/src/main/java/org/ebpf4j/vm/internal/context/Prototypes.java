package org.ebpf4j.vm.internal.context;

import java.util.List;
import java.util.Optional;
import org.ebpf4j.attach.AttachPoint;
import org.ebpf4j.attach.BtfTracepoint;
import org.ebpf4j.attach.Fentry;
import org.ebpf4j.attach.Fexit;
import org.ebpf4j.attach.FmodRet;
import org.ebpf4j.attach.Fsession;
import org.ebpf4j.attach.Kprobe;
import org.ebpf4j.attach.Kretprobe;
import org.ebpf4j.attach.Lsm;
import org.ebpf4j.attach.LsmCgroup;
import org.ebpf4j.attach.RawTracepoint;
import org.ebpf4j.btf.Btf;
import org.ebpf4j.btf.BtfType;

/// The functions that hooks are in, and the names of their arguments.
public final class Prototypes {
  private static final String TRACE = "btf_trace_";

  private Prototypes() {}

  /// The function of the kernel that a place is in; empty where it is in none.
  public static Optional<String> function(AttachPoint point) {
    return switch (point) {
      case Fentry p -> Optional.of(p.name());
      case Fexit p -> Optional.of(p.name());
      case FmodRet p -> Optional.of(p.name());
      case Fsession p -> Optional.of(p.name());
      case Kprobe p -> Optional.of(p.symbol());
      case Kretprobe p -> Optional.of(p.symbol());
      case Lsm p -> Optional.of(p.typeName());
      case LsmCgroup p -> Optional.of(p.typeName());
      default -> Optional.empty();
    };
  }

  /// The names of the arguments at a place; empty where the types do not know them.
  public static Optional<List<String>> parameters(Btf types, AttachPoint point) {
    return switch (point) {
      case BtfTracepoint p -> tracepoint(types, p.name());
      case RawTracepoint p -> tracepoint(types, p.name());
      default -> function(point).flatMap(name -> parameters(types, name));
    };
  }

  private static Optional<List<String>> parameters(Btf types, String function) {
    for (var id : types.ids(function)) {
      if (types.type(id) instanceof BtfType.Function found
          && types.type(found.prototype()) instanceof BtfType.Prototype prototype) {
        return Optional.of(names(prototype));
      }
    }
    return Optional.empty();
  }

  /// The first parameter of a tracepoint's type is not among what programs see.
  private static Optional<List<String>> tracepoint(Btf types, String name) {
    for (var id : types.ids(TRACE + name)) {
      if (types.type(types.resolve(id)) instanceof BtfType.Pointer(int target)
          && types.type(types.resolve(target)) instanceof BtfType.Prototype prototype) {
        var all = names(prototype);
        var named = all.stream().skip(1).anyMatch(parameter -> !parameter.isEmpty());
        // The types of tracepoints have no names; the functions that call programs do.
        return named
            ? Optional.of(all.subList(1, all.size()))
            : parameters(types, "__bpf_trace_" + name)
                .filter(names -> !names.isEmpty())
                .map(names -> names.subList(1, names.size()))
                .or(() -> Optional.of(all.subList(Math.min(1, all.size()), all.size())));
      }
    }
    return Optional.empty();
  }

  private static List<String> names(BtfType.Prototype prototype) {
    return prototype.parameters().stream().map(BtfType.Parameter::name).toList();
  }
}
