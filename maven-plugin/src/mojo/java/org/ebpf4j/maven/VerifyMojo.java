package org.ebpf4j.maven;

import org.apache.maven.plugin.MojoExecutionException;
import org.apache.maven.plugin.MojoFailureException;
import org.apache.maven.plugins.annotations.LifecyclePhase;
import org.apache.maven.plugins.annotations.Mojo;

/// Has kernels say whether they accept the programs.
@Mojo(name = "verify", defaultPhase = LifecyclePhase.PROCESS_CLASSES, threadSafe = true)
public final class VerifyMojo extends EbpfMojo {
  @Override
  public void execute() throws MojoExecutionException, MojoFailureException {
    if (kernels.isEmpty()) {
      getLog().debug("no <kernels> to check for");
      return;
    }
    super.execute();
  }

  @Override
  String goal() {
    return "verify";
  }
}
