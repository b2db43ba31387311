package org.ebpf4j.junit;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.ebpf4j.BpfObject;
import org.ebpf4j.BpfProgram;
import org.ebpf4j.Kernel;
import org.ebpf4j.RunInput;
import org.ebpf4j.RunResult;
import org.ebpf4j.attach.AttachPoint;
import org.ebpf4j.attach.AttachType;
import org.ebpf4j.attach.Handle;
import org.ebpf4j.attach.HookKind;
import org.ebpf4j.attach.Place;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.error.NotFoundException;
import org.ebpf4j.object.ProgramSpec;
import org.ebpf4j.program.run.JvmKernel;
import org.ebpf4j.vm.VirtualKernel;
import org.ebpf4j.vm.memory.Context;
import org.junit.jupiter.api.Assumptions;

/// The kernel and the object of one run of a test, and all that was opened for it. For the thread
/// of the test.
final class Session implements Hooks, AutoCloseable {
  private final KernelKind kind;
  private final List<AutoCloseable> open = new ArrayList<>();
  private final List<RunResult> fired = new ArrayList<>();
  private final List<String> attached = new ArrayList<>();
  private final Kernel kernel;
  private Optional<BpfObject> object = Optional.empty();

  Session(KernelKind kind, Kernel kernel) {
    this.kind = kind;
    this.kernel = keep(kernel);
  }

  /// Has something closed in the end, before what was opened earlier.
  <T extends AutoCloseable> T keep(T resource) {
    open.add(resource);
    return resource;
  }

  void use(BpfObject loaded) {
    object = Optional.of(keep(loaded));
  }

  Kernel opened() {
    return kernel;
  }

  /// The object.
  ///
  /// @throws BpfException where the test names none
  BpfObject object() {
    return object.orElseThrow(() ->
        new BpfException(
            "the test names no object file\n  try: @BpfTest(object = \"NAME.bpf.o\")"));
  }

  /// Attaches each program whose section says where, and that is not attached yet.
  void attach() {
    for (var program : object().programs()) {
      if (program.spec().flatMap(ProgramSpec::attachPoint).isPresent()
          && !attached.contains(program.name())) {
        keep(program.attach());
        attached.add(program.name());
      }
    }
  }

  /// Attaches each program that has no place yet and fits one, to that.
  private void attach(AttachPoint point) {
    if (object.isEmpty()) {
      return;
    }
    for (var program : object.get().programs()) {
      if (!attached.contains(program.name()) && isOpen(program, point)) {
        keep(program.attach(point));
        attached.add(program.name());
      }
    }
  }

  private static boolean isOpen(BpfProgram program, AttachPoint point) {
    var spec = program.spec().orElse(null);
    return spec != null
        && spec.attachPoint().isEmpty()
        && spec.type()
            .filter(t -> HookKind.taking(t, spec.attachType()).contains(HookKind.of(point)))
            .isPresent();
  }

  @Override
  public KernelKind kernel() {
    return kind;
  }

  @Override
  public List<RunResult> fire(AttachPoint point, RunInput input, LinuxAction onLinux)
      throws Exception {
    if (kernel instanceof JvmKernel jvm) {
      attach(point);
      return jvm.fire(point, input);
    }
    return fire(point, virtual -> virtual.fire(point, input), onLinux);
  }

  @Override
  public List<RunResult> fire(String point, Context context, LinuxAction onLinux) throws Exception {
    var place = place(point);
    if (kernel instanceof JvmKernel) {
      Assumptions.abort(
          "contexts by the names of C are for the virtual kernel; RunInput.context(…) has one for the JVM");
    }
    return fire(place, virtual -> virtual.fire(place, context), onLinux);
  }

  private List<RunResult> fire(
      AttachPoint point, Function<VirtualKernel, List<RunResult>> onVirtual, LinuxAction onLinux)
      throws Exception {
    if (kernel instanceof VirtualKernel virtual) {
      attach(point);
      return onVirtual.apply(virtual);
    }
    if (onLinux instanceof LinuxAction.None) {
      Assumptions.abort(
          "hooks are reached on the virtual kernel alone; nothing is said that reaches "
              + point.describe()
              + " on Linux");
    }
    onLinux.perform();
    return List.of();
  }

  @Override
  public List<RunResult> fire(AttachPoint point, RunInput input) {
    try {
      return fire(point, input, new LinuxAction.None());
    } catch (RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new AssertionError("an action that does nothing fails", e);
    }
  }

  @Override
  public List<RunResult> fire(String point, LinuxAction onLinux) throws Exception {
    return fire(place(point), RunInput.none(), onLinux);
  }

  /// Reaches the hook that an annotation names.
  void fire(Fire fire, LinuxAction onLinux) throws Exception {
    for (int i = 0; i < fire.times(); i++) {
      fired.addAll(
          fire.context().length == 0
              ? fire(fire.value(), onLinux)
              : fire(fire.value(), context(fire), onLinux));
    }
  }

  private static Context context(Fire fire) {
    var context = fire.struct().isEmpty() ? Context.arguments() : Context.of(fire.struct());
    for (var text : fire.context()) {
      var pair = Settings.Pair.of("@Fire(context", text);
      var field = pair.name().matches("[0-9]+") ? "[" + pair.name() + "]" : pair.name();
      try {
        context.set(field, Long.decode(pair.value()));
      } catch (NumberFormatException _) {
        context.set(field, pair.value());
      }
    }
    return context;
  }

  @Override
  public List<RunResult> fired() {
    return List.copyOf(fired);
  }

  private AttachPoint place(String text) {
    var colon = text.indexOf(':');
    var name = colon < 0 ? text : text.substring(0, colon);
    var hook =
        HookKind.named(name)
            .orElseThrow(() -> new NotFoundException("kind of hook", name, HookKind.names()));
    return hook.parse(colon < 0 ? "" : text.substring(colon + 1)).in(new Named());
  }

  /// What the text of a place can refer to.
  private final class Named implements Place.Surroundings {
    @Override
    public Handle map(String name) {
      return object().map(name);
    }

    @Override
    public Handle program(String reference) {
      return object().program(reference);
    }

    @Override
    public Handle listening(java.net.InetSocketAddress address) {
      throw new BpfException(
          "a hook with a socket that listens (" + address + ") cannot be named in a test");
    }

    @Override
    public Optional<AttachType> attachType() {
      return Optional.empty();
    }
  }

  /// Closes all of it, the last first. All is closed, whatever fails.
  ///
  /// @throws IllegalStateException where something cannot be closed
  @Override
  public void close() {
    var failures = new ArrayList<Exception>();
    for (var resource : open.reversed()) {
      try {
        resource.close();
      } catch (Exception e) {
        failures.add(e);
      }
    }
    open.clear();
    if (!failures.isEmpty()) {
      var first = failures.getFirst();
      var error = new IllegalStateException("after the test: " + first.getMessage(), first);
      failures.stream().skip(1).forEach(error::addSuppressed);
      throw error;
    }
  }
}
