package org.ebpf4j.maven;

import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;

/// Puts an object among the classes for each `*.bpf.c`, compiled with clang, or as it was
/// committed.
@Mojo(name = "compile", defaultPhase = LifecyclePhase.GENERATE_SOURCES, threadSafe = true)
public final class CompileMojo extends EbpfMojo {
  @Override
  String goal() {
    return "compile";
  }
}
