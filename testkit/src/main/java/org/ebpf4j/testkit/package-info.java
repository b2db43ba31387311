/// What the tests share: which kernel a test wants, what it must not leave behind, and where its
/// result is written.
@NullMarked
package org.ebpf4j.testkit;

import org.jspecify.annotations.NullMarked;
