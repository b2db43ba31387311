package org.ebpf4j.junit;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ClassTemplateInvocationContext;
import org.junit.jupiter.api.extension.ClassTemplateInvocationContextProvider;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;
import org.junit.platform.commons.support.AnnotationSupport;

/// Runs tests that have the annotation [BpfTest], once for each kernel. JUnit makes it.
public final class BpfTestExtension
    implements TestTemplateInvocationContextProvider, ClassTemplateInvocationContextProvider {

  /// For JUnit.
  public BpfTestExtension() {}

  /// One run of a test.
  private record TestRun(String name, List<Extension> additional)
      implements TestTemplateInvocationContext {
    static TestRun on(KernelKind kind) {
      return new TestRun(label(kind), List.of(new SessionExtension(kind)));
    }

    @Override
    public String getDisplayName(int index) {
      return name;
    }

    @Override
    public List<Extension> getAdditionalExtensions() {
      return additional;
    }
  }

  /// One run of all tests of a class.
  private record ClassRun(KernelKind kind) implements ClassTemplateInvocationContext {
    @Override
    public String getDisplayName(int index) {
      return label(kind);
    }

    @Override
    public List<Extension> getAdditionalExtensions() {
      return List.of(new SessionExtension(kind));
    }
  }

  private static String label(KernelKind kind) {
    return "[" + kind.name().toLowerCase(Locale.ROOT) + "]";
  }

  @Override
  public boolean supportsTestTemplate(ExtensionContext context) {
    return AnnotationSupport.isAnnotated(context.getRequiredTestMethod(), BpfTest.class);
  }

  @Override
  public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(
      ExtensionContext context) {
    if (Settings.ofClass(context).isPresent()) {
      // The class is run once for each kernel, and has the session.
      return Stream.of(new TestRun(context.getDisplayName(), List.of()));
    }
    return Settings.of(context).kernels().stream().map(TestRun::on);
  }

  @Override
  public boolean supportsClassTemplate(ExtensionContext context) {
    return Settings.ofClass(context).isPresent();
  }

  @Override
  public Stream<ClassTemplateInvocationContext> provideClassTemplateInvocationContexts(
      ExtensionContext context) {
    return Settings.of(context).kernels().stream().map(ClassRun::new);
  }
}
