package org.ebpf4j.maven;

import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;

/// Loads each object into the virtual kernel.
@Mojo(name = "test", defaultPhase = LifecyclePhase.TEST, threadSafe = true)
public final class TestMojo extends EbpfMojo {
  @Override
  String goal() {
    return "test";
  }
}
