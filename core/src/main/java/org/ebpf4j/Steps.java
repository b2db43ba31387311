package org.ebpf4j;

/// Is told of each thing that is done, in the thread that does it, right after it was done. What it
/// throws breaks off what is being done, as any other failure does.
@FunctionalInterface
public interface Steps {
  /// Tells nobody.
  Steps NONE = new Steps() { // A lambda of an interface's initializer is linked at each start.
        @Override
        public void take(Step step) {}
      };

  /// Takes one step.
  void take(Step step);

  /// Takes the step of these parts.
  default void report(Step.Action action, String object, String detail) {
    take(new Step(action, object, detail));
  }
}
