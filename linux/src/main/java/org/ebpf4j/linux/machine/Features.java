package org.ebpf4j.linux.machine;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.ebpf4j.attach.HookKind;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.error.Errno;
import org.ebpf4j.insn.HelperFunction;
import org.ebpf4j.linux.internal.host.KernelRelease;
import org.ebpf4j.linux.internal.host.Privileges;
import org.ebpf4j.linux.internal.probe.HelperTypes;
import org.ebpf4j.linux.internal.probe.TypeAttempts;
import org.ebpf4j.linux.internal.probe.TypeAttempts.Attempt;
import org.ebpf4j.linux.machine.Feature.Group;
import org.ebpf4j.object.MapType;

/// What the running kernel can do for this user, each thing found by trying. Programs are loaded
/// and maps made, and taken away again; nothing is attached.
public final class Features {
  private final Map<ProgramType, Attempt> types = new EnumMap<>(ProgramType.class);
  private final List<Feature> features = new ArrayList<>();
  private final Privileges privileges = Privileges.read();

  private Features() {}

  /// The kernel's release, as `uname -r` has it.
  public static String kernel() {
    return KernelRelease.name();
  }

  /// All features, by group.
  ///
  /// @param helpers whether helpers are among them, which are some thousands of attempts
  public static List<Feature> probe(boolean helpers) {
    var probe = new Features();
    probe.programTypes();
    probe.mapTypes();
    probe.hooks();
    if (helpers) {
      probe.helpers();
    }
    return List.copyOf(probe.features);
  }

  private void programTypes() {
    for (var type : ProgramType.values()) {
      var attempt = TypeAttempts.load(type);
      types.put(type, attempt);
      var loadable = attempt.errno() == 0;
      add(Group.PROGRAM_TYPE, type.label(), loadable, loadable, loadable ? "" : why(attempt));
    }
  }

  private void mapTypes() {
    for (var type : MapType.values()) {
      if (type != MapType.UNSPEC) {
        var attempt = TypeAttempts.create(type);
        var made = attempt.errno() == 0;
        add(Group.MAP_TYPE, type.label(), made, made, made ? "" : whyNoMap(type, attempt));
      }
    }
  }

  private String whyNoMap(MapType type, Attempt attempt) {
    return attempt.errno() == Errno.EINVAL && !type.since().isEmpty()
        ? "EINVAL: this kernel lacks it; kernels have it since " + type.since()
        : why(attempt);
  }

  /// The error number, and what stands behind it.
  private String why(Attempt attempt) {
    var said = attempt.log().lines().filter(l -> !l.startsWith("processed ")).findFirst();
    return switch (attempt.errno()) {
      case Errno.EPERM -> "EPERM: " + privileges.explain(List.of());
      case Errno.ENOENT -> attempt.log();
      case Errno.EINVAL ->
          "EINVAL: " + said.orElse("this kernel lacks it, or was built without it");
      default -> Errno.describe(attempt.errno()) + said.map(s -> ": " + s).orElse("");
    };
  }

  private void hooks() {
    for (var kind : HookKind.all()) {
      if (kind.isPlace()) {
        hook(kind);
      }
    }
  }

  private void hook(HookKind kind) {
    var load = HookNeeds.load(kind);
    var loadable =
        load.isPresent()
            ? load.get().errno() == 0
            : kind.programTypes().stream().anyMatch(this::loads);
    if (!loadable) {
      var attempt =
          load.orElseGet(() ->
              kind.programTypes().stream()
                  .map(types::get)
                  .filter(a -> a != null)
                  .findFirst()
                  .orElse(new Attempt(Errno.EINVAL, "")));
      add(Group.HOOK, kind.name(), false, false, why(attempt));
      return;
    }
    var missing = HookNeeds.missing(kind);
    add(Group.HOOK, kind.name(), true, missing.isEmpty(), missing.orElse(""));
  }

  private boolean loads(ProgramType type) {
    var attempt = types.get(type);
    return attempt != null && attempt.errno() == 0;
  }

  private void helpers() {
    for (var type : ProgramType.values()) {
      if (!loads(type)) {
        continue;
      }
      for (var helper : HelperFunction.all()) {
        var may = HelperTypes.mayCall(type, helper.id());
        add(
            Group.HELPER,
            type.label() + " " + helper.name(),
            may,
            may,
            may ? "" : "the kernel does not let programs of this type call it");
      }
    }
  }

  private void add(Group group, String name, boolean loadable, boolean attachable, String why) {
    features.add(new Feature(group, name, loadable, attachable, why));
  }
}
