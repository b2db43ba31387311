package org.ebpf4j.junit;

import java.lang.reflect.Method;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.ebpf4j.BpfObject;
import org.ebpf4j.Kernel;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.program.compile.JavaPrograms;
import org.ebpf4j.program.jvm.Environment;
import org.ebpf4j.program.run.JvmKernel;
import org.ebpf4j.vm.VirtualKernel;
import org.ebpf4j.vm.VirtualObject;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.ReflectionSupport;

/// Gives each test on one kernel its session. JUnit closes that after the test.
final class SessionExtension
    implements BeforeEachCallback,
        ParameterResolver,
        InvocationInterceptor,
        TestExecutionExceptionHandler {
  private static final Namespace NAMESPACE = Namespace.create(SessionExtension.class);
  private static final String LINUX = "ebpf4j.linux";

  /// Classes are compiled before any program of theirs runs, as their variables begin with what is
  /// in them then.
  private static final java.util.Map<List<Class<?>>, ObjectSpec> COMPILED =
      new ConcurrentHashMap<>();

  private final KernelKind kind;

  SessionExtension(KernelKind kind) {
    this.kind = kind;
  }

  @Override
  public void beforeEach(ExtensionContext context) throws Exception {
    var settings = Settings.of(context);
    if (!settings.kernels().contains(kind)) {
      Assumptions.abort("the test is for " + settings.kernels() + " alone");
    }
    try {
      context.getStore(NAMESPACE).put(Session.class, open(context, settings));
    } catch (RuntimeException | Error e) {
      skipWhereOfMachine(context, e);
      throw e;
    }
  }

  private Session open(ExtensionContext context, Settings settings) throws Exception {
    var test = context.getRequiredTestClass();
    var session = new Session(kind, kernel(context, settings));
    try {
      if (session.opened() instanceof VirtualKernel virtual) {
        CoverageCollector.of(context)
            .forEach(collector -> session.keep(() -> collector.add(virtual.coverage())));
      }
      if (!settings.classes().isEmpty()) {
        session.use(reported(context, load(session.opened(), settings)));
      } else if (!settings.object().isEmpty()) {
        var name = settings.object();
        var spec = ObjectSpec.read(Resources.fileName(name), Resources.read(test, name));
        session.use(
            reported(context, session.opened().load(settings.apply(spec), settings.options())));
      }
      if (settings.attach()) {
        session.attach();
      }
      return session;
    } catch (Throwable e) {
      try {
        session.close();
      } catch (Exception second) {
        e.addSuppressed(second);
      }
      throw e;
    }
  }

  /// Tells which programs the verifier could not follow.
  private static BpfObject reported(ExtensionContext context, BpfObject object) {
    if (object instanceof VirtualObject virtual) {
      virtual
          .unverified()
          .forEach((program, reason) ->
              context.publishReportEntry("program '" + program + "' runs unverified", reason));
    }
    return object;
  }

  private BpfObject load(Kernel kernel, Settings settings) {
    var classes = settings.classes();
    var spec =
        settings.apply(
            COMPILED.computeIfAbsent(
                classes, c -> JavaPrograms.compile(c.toArray(Class<?>[]::new))));
    return kernel instanceof JvmKernel jvm
        ? jvm.load(spec, classes.toArray(Class<?>[]::new))
        : kernel.load(spec, settings.options());
  }

  private Kernel kernel(ExtensionContext context, Settings settings) {
    if (kind == KernelKind.JVM) {
      if (settings.classes().isEmpty()) {
        throw new BpfException(
            "the JVM runs programs in Java\n  try: @BpfTest(classes = NAME.class)");
      }
      return new JvmKernel(new Environment().cpus(settings.cpus()).seed(settings.seed()));
    }
    if (kind == KernelKind.LINUX) {
      LinuxOpening.obstacle().ifPresent(reason -> skip(context, reason, null));
      return LinuxOpening.open();
    }
    var builder = VirtualKernel.builder().seed(settings.seed()).cpus(settings.cpus());
    if (!settings.types().isEmpty()) {
      builder.types(Resources.types(context.getRequiredTestClass(), settings.types()));
    }
    if (!settings.verify()) {
      builder.unverified();
    }
    return CoverageCollector.of(context).isEmpty() ? builder.build() : builder.coverage().build();
  }

  private static Optional<Session> session(ExtensionContext context) {
    return Optional.ofNullable(context.getStore(NAMESPACE).get(Session.class, Session.class));
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return session(context).isPresent() && Parameters.supports(parameter.getParameter().getType());
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return new Parameters(session(context).orElseThrow()).resolve(parameter.getParameter());
  }

  @Override
  public void interceptTestTemplateMethod(
      Invocation<Void> invocation,
      ReflectiveInvocationContext<Method> test,
      ExtensionContext context)
      throws Throwable {
    fire(context);
    invocation.proceed();
  }

  @Override
  public void interceptTestMethod(
      Invocation<Void> invocation,
      ReflectiveInvocationContext<Method> test,
      ExtensionContext context)
      throws Throwable {
    fire(context);
    invocation.proceed();
  }

  /// Reaches the hooks that the annotations of the test name. Its parameters are there by then.
  private static void fire(ExtensionContext context) throws Exception {
    var hooks =
        AnnotationSupport.findRepeatableAnnotations(context.getRequiredTestMethod(), Fire.class);
    if (hooks.isEmpty()) {
      return;
    }
    var session = session(context).orElseThrow();
    session.attach();
    for (var hook : hooks) {
      session.fire(hook, ReflectionSupport.newInstance(hook.onLinux()));
    }
  }

  @Override
  public void handleTestExecutionException(ExtensionContext context, Throwable failure)
      throws Throwable {
    skipWhereOfMachine(context, failure);
    throw failure;
  }

  /// Skips the test where a failure says that this machine's kernel does not let it run.
  private void skipWhereOfMachine(ExtensionContext context, Throwable failure) {
    if (kind == KernelKind.LINUX && LinuxOpening.isOfMachine(failure)) {
      skip(context, String.valueOf(failure.getMessage()), failure);
    }
  }

  private static void skip(ExtensionContext context, String reason, @Nullable Throwable cause) {
    var wanted = context.getConfigurationParameter(LINUX).orElse("skip");
    if (wanted.equals("require")) {
      throw new BpfException(
          "the test does not run on this machine's kernel: "
              + reason
              + "\n  ("
              + LINUX
              + "=require)",
          cause);
    }
    if (!wanted.equals("skip")) {
      throw new IllegalArgumentException(LINUX + "=" + wanted + ": skip or require is expected");
    }
    Assumptions.abort("not on this machine's kernel: " + reason);
  }
}
