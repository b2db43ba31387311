package org.ebpf4j.load;

import java.util.Optional;
import org.ebpf4j.attach.AttachPoint;
import org.ebpf4j.attach.HookKind;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.object.ProgramSpec;
import org.ebpf4j.object.SectionName;

/// The place that a program's section names, or the reason why it has none. Its functions are pure,
/// and any thread may call them.
public final class ProgramPlace {
  private ProgramPlace() {}

  /// The place of a program.
  ///
  /// @throws org.ebpf4j.error.UnsupportedFeatureException where programs of its section are
  ///   attached nowhere yet, or never
  /// @throws BpfException where the section names a place wrongly, or says of which kind it is but
  ///   not where; says where such programs go
  public static AttachPoint of(ProgramSpec program) {
    if (program.attachPoint().isPresent()) {
      return checked(program, program.attachPoint().get());
    }
    var what =
        "program '"
            + program.name()
            + "'"
            + (program.section().isEmpty() ? "" : " (section " + program.section() + ")");
    var section = SectionName.find(program.section());
    try {
      section.ifPresent(SectionName::attachPoint);
    } catch (IllegalArgumentException e) {
      throw new BpfException(what + ": " + e.getMessage(), e);
    }
    var type = program.type();
    var hook =
        section.filter(s -> type.filter(s.type()::equals).isPresent()).map(SectionName::hook);
    if (hook.filter(h -> !h.isAttachable()).isPresent()) {
      throw hook.get().notYet(what);
    }
    throw new BpfException(
        what
            + " does not say where it is attached\n  try: "
            + hook.filter(_ -> !isFilter(program))
                .map(h -> "it goes to " + h.usage())
                .or(() -> type.map(t -> HookKind.homes(t, program.attachType())))
                .orElse("it has no type"));
  }

  /// Whether tcx and netkit devices take the program as well as traffic control, whose section name
  /// it has: that leaves the choice open.
  private static boolean isFilter(ProgramSpec program) {
    return program.type().equals(Optional.of(ProgramType.SCHED_CLS))
        && program.attachType().isEmpty();
  }

  /// A place that programs are attached to.
  private static AttachPoint checked(ProgramSpec program, AttachPoint point) {
    var hook = HookKind.of(point);
    if (!hook.isAttachable()) {
      throw hook.notYet("attaching '" + program.name() + "' to " + point.describe(), point);
    }
    return point;
  }
}
