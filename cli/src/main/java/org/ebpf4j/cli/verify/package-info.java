/// The command verify, its table and its baselines.
@NullMarked
package org.ebpf4j.cli.verify;

import org.jspecify.annotations.NullMarked;
