package org.ebpf4j.linux.internal.attach;

import java.util.Optional;
import org.ebpf4j.attach.TypedPoint;
import org.ebpf4j.error.WrongHookException;
import org.ebpf4j.linux.internal.attachment.Attaching;
import org.ebpf4j.linux.internal.host.KernelBtf;
import org.ebpf4j.linux.internal.query.ObjectInfo;
import org.ebpf4j.linux.internal.sys.Bpf;
import org.ebpf4j.linux.internal.sys.ObjectKind;
import org.ebpf4j.object.ProgramSpec;

/// The place that a program was loaded for, beside the one that it is to be attached to. The kernel
/// attaches it where it was loaded for, whatever was said, so what differs is refused here.
final class LoadedPlace {
  private LoadedPlace() {}

  /// @throws WrongHookException where the program was loaded for another place
  static void check(Attaching program, TypedPoint point) {
    var loaded =
        program
            .spec()
            .flatMap(ProgramSpec::attachPoint)
            .filter(TypedPoint.class::isInstance)
            .map(TypedPoint.class::cast);
    if (loaded.isPresent()) {
      if (!loaded.get().isLoadedFor(point)) {
        throw refusal(
            program, point, loaded.get().kind() + "/" + loaded.get().name() + module(loaded.get()));
      }
      return;
    }
    var type = typeOf(program.program());
    if (type.isPresent() && !type.get().equals(point.typeName())) {
      throw refusal(program, point, type.get());
    }
  }

  private static String module(TypedPoint point) {
    return point.module().isEmpty() ? "" : " of " + point.module();
  }

  private static WrongHookException refusal(Attaching program, TypedPoint point, String loadedFor) {
    return new WrongHookException(
        program.type().map(t -> t.label()).orElse(""),
        point.kind(),
        program.what()
            + ": it was loaded for "
            + loadedFor
            + ", and the kernel attaches it nowhere else, as its arguments are those of that place"
            + "\n  try: load it for "
            + point.kind()
            + "/"
            + point.name()
            + ": ProgramSpec.withAttachPoint before LinuxKernel.load, or --attach PROGRAM="
            + point.kind()
            + ":"
            + point.name());
  }

  /// Whether a program was loaded for a function of another program, and the kernel no longer knows
  /// of which, as it does once the program was attached; false on kernels that do not say (before
  /// 6.0).
  static boolean hasLostProgram(int program) {
    var target = ObjectInfo.target(program);
    return target.type() != 0 && target.types() == 0;
  }

  /// The type of the kernel that an opened program was loaded for; empty where it is another
  /// program's or a module's, or where the kernel does not say (before 6.0).
  private static Optional<String> typeOf(int program) {
    var target = ObjectInfo.target(program);
    if (target.types() == 0 || target.type() == 0) {
      return Optional.empty();
    }
    var opened = Bpf.openById(ObjectKind.TYPES, target.types());
    if (!opened.ok()) {
      return Optional.empty();
    }
    try (var types = opened.fd()) {
      var header = ObjectInfo.typesHeader(types.number());
      return header.kernel() && header.name().equals("vmlinux")
          ? Optional.of(KernelBtf.running().name(target.type()))
          : Optional.empty();
    }
  }
}
