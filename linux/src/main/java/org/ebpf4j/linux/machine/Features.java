package org.ebpf4j.linux.machine;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.ebpf4j.attach.HookKind;
import org.ebpf4j.attach.ProgramType;
import org.ebpf4j.error.Errno;
import org.ebpf4j.insn.HelperFunction;
import org.ebpf4j.linux.internal.host.KernelRelease;
import org.ebpf4j.linux.internal.host.Privileges;
import org.ebpf4j.linux.internal.probe.HelperTypes;
import org.ebpf4j.linux.internal.probe.TypeAttempts;
import org.ebpf4j.linux.internal.probe.TypeAttempts.Attempt;
import org.ebpf4j.linux.machine.Feature.Basis;
import org.ebpf4j.linux.machine.Feature.Group;
import org.ebpf4j.object.MapType;
import org.jspecify.annotations.Nullable;

/// What the running kernel can do for this user, each thing found by trying where that is possible.
/// Programs are loaded and maps made, and taken away again.
public final class Features {
  private final Map<ProgramType, Attempt> types = new EnumMap<>(ProgramType.class);
  private final List<Feature> features = new ArrayList<>();
  private final Privileges privileges = Privileges.read();

  private final BooleanSupplier over;

  private Features(BooleanSupplier over) {
    this.over = over;
  }

  /// The kernel's release, as `uname -r` has it.
  public static String kernel() {
    return KernelRelease.name();
  }

  /// All features, by group.
  ///
  /// @param helpers whether helpers are among them, which are some thousands of attempts
  /// @param attach whether programs are attached, where that disturbs nobody: in a network
  ///   namespace and a cgroup that are made for it, to this process, to functions and tracepoints
  ///   of the kernel that are hardly ever come to; they are taken off at once
  public static List<Feature> probe(boolean helpers, boolean attach) {
    return probe(helpers, attach, () -> false);
  }

  /// The same, until somebody has had enough: then those that were found by then.
  ///
  /// @param over asked before each attempt
  public static List<Feature> probe(boolean helpers, boolean attach, BooleanSupplier over) {
    var probe = new Features(over);
    probe.programTypes();
    probe.mapTypes();
    if (over.getAsBoolean()) {
      return List.copyOf(probe.features);
    }
    if (attach && probe.loads(ProgramType.SOCKET_FILTER)) {
      try (var trials = new AttachTrials()) {
        probe.hooks(trials);
      }
    } else {
      probe.hooks(null);
    }
    probe.attachProgramTypes();
    if (helpers) {
      probe.helpers();
    }
    return List.copyOf(probe.features);
  }

  private void programTypes() {
    for (var type : ProgramType.values()) {
      if (over.getAsBoolean()) {
        return;
      }
      var attempt = TypeAttempts.load(type);
      types.put(type, attempt);
      var loadable = attempt.errno() == 0;
      add(
          Group.PROGRAM_TYPE,
          type.label(),
          loadable,
          loadable,
          Basis.TRIED,
          loadable ? "" : why(attempt));
    }
  }

  /// Programs of a type can be attached where they can be to one of the kinds that take them.
  private void attachProgramTypes() {
    for (int i = 0; i < features.size(); i++) {
      var feature = features.get(i);
      if (feature.group() == Group.PROGRAM_TYPE && feature.loadable()) {
        var hooks =
            HookKind.all().stream()
                .filter(HookKind::isPlace)
                .filter(kind ->
                    kind.programTypes().stream().anyMatch(t -> t.label().equals(feature.name())))
                .flatMap(kind -> found(kind.name()).stream())
                .toList();
        var there = hooks.stream().filter(Feature::attachable).toList();
        if (!there.isEmpty()) {
          var basis =
              there.stream().anyMatch(h -> h.basis() == Basis.TRIED) ? Basis.TRIED : Basis.INFERRED;
          features.set(i, new Feature(Group.PROGRAM_TYPE, feature.name(), true, true, basis, ""));
        } else if (!hooks.isEmpty()) {
          var first = hooks.getFirst();
          features.set(
              i,
              new Feature(
                  Group.PROGRAM_TYPE,
                  feature.name(),
                  true,
                  false,
                  first.basis(),
                  first.name() + ": " + first.why()));
        }
      }
    }
  }

  private Optional<Feature> found(String hook) {
    return features.stream()
        .filter(f -> f.group() == Group.HOOK && f.name().equals(hook))
        .findFirst();
  }

  private void mapTypes() {
    for (var type : MapType.values()) {
      if (type != MapType.UNSPEC && !over.getAsBoolean()) {
        var attempt = TypeAttempts.create(type);
        var made = attempt.errno() == 0;
        add(
            Group.MAP_TYPE,
            type.label(),
            made,
            made,
            Basis.TRIED,
            made ? "" : whyNoMap(type, attempt));
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

  private void hooks(@Nullable AttachTrials trials) {
    for (var kind : HookKind.all()) {
      if (kind.isPlace() && !over.getAsBoolean()) {
        hook(kind, trials);
      }
    }
  }

  private void hook(HookKind kind, @Nullable AttachTrials trials) {
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
      add(Group.HOOK, kind.name(), false, false, Basis.TRIED, why(attempt));
      return;
    }
    var missing = HookNeeds.missing(kind);
    if (missing.isPresent() || trials == null) {
      add(Group.HOOK, kind.name(), true, missing.isEmpty(), Basis.INFERRED, missing.orElse(""));
      return;
    }
    var outcome = trials.of(kind);
    var refusal = outcome.flatMap(AttachTrials.Outcome::refusal);
    add(
        Group.HOOK,
        kind.name(),
        true,
        refusal.isEmpty(),
        outcome.isPresent() ? Basis.TRIED : Basis.INFERRED,
        refusal.orElse(""));
  }

  private boolean loads(ProgramType type) {
    var attempt = types.get(type);
    return attempt != null && attempt.errno() == 0;
  }

  private void helpers() {
    for (var type : ProgramType.values()) {
      if (!loads(type) || over.getAsBoolean()) {
        continue;
      }
      var helpers = HelperTypes.of(type);
      var unknown = helpers.unknown();
      for (var helper : HelperFunction.all()) {
        var may = helpers.mayCall(helper.id());
        add(
            Group.HELPER,
            type.label() + " " + helper.name(),
            may,
            may,
            unknown.isEmpty() ? Basis.TRIED : Basis.NOT_PROBED,
            may
                ? ""
                : unknown
                    .map(why -> "not probed: " + why)
                    .orElse("the kernel does not let programs of this type call it"));
      }
    }
  }

  private void add(
      Group group, String name, boolean loadable, boolean attachable, Basis basis, String why) {
    features.add(new Feature(group, name, loadable, attachable, basis, why));
  }
}
