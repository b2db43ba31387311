package org.ebpf4j.maven;

import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;

/// Writes a Java class for each object, with its programs, maps, variables and events.
@Mojo(name = "generate", defaultPhase = LifecyclePhase.GENERATE_SOURCES, threadSafe = true)
public final class GenerateMojo extends EbpfMojo {
  @Override
  public void execute() throws MojoExecutionException, MojoFailureException {
    super.execute();
    project.addCompileSourceRoot(generatedDirectory.getPath());
  }

  @Override
  String goal() {
    return "generate";
  }
}
