package org.ebpf4j.maven.work;

import java.nio.file.Files;
import java.util.ArrayList;
import org.ebpf4j.error.BpfException;
import org.ebpf4j.object.ObjectSpec;
import org.ebpf4j.vm.VirtualKernel;

/// The goal `test`: loads each object into the virtual kernel, which needs no privileges and is
/// there on every machine.
final class TestGoal {
  private final Request request;
  private final Log log;

  TestGoal(Request request, Log log) {
    this.request = request;
    this.log = log;
  }

  void run() {
    var failed = new ArrayList<String>();
    var loaded = 0;
    for (var source : Source.all(request)) {
      var object = source.object(request);
      if (!Files.exists(object)) {
        continue;
      }
      try (var kernel = VirtualKernel.open();
          var live = kernel.load(ObjectSpec.read(object))) {
        loaded += live.programs().size();
        live.unverified()
            .forEach((program, reason) ->
                log.warn(source.name() + ": program '" + program + "' is not verified: " + reason));
      } catch (BpfException e) {
        failed.add(source.name() + ": " + e.getMessage());
      }
    }
    if (!failed.isEmpty()) {
      throw new GoalException(
          "the virtual kernel does not load "
              + failed.size()
              + (failed.size() == 1 ? " object" : " objects")
              + ":\n"
              + String.join("\n", failed));
    }
    log.info("the virtual kernel loads " + loaded + (loaded == 1 ? " program" : " programs"));
  }
}
