package tree

import "time"

// patience bounds the wait for a file that another program has open. Virus
// scanners and indexers open each new file for a moment.
const patience = 2 * time.Second

// rename renames a file or folder, and retries for [patience] if it fails
// because another program has the file open. The caller holds t.mu, so other
// changes wait too: they would have the same problem.
func (t *Tree) rename(from, to string) error {
	for pause, waited := 10*time.Millisecond, time.Duration(0); ; pause *= 2 {
		err := t.root.Rename(from, to)
		if !isHeld(err) || waited >= patience {
			return err
		}
		pause = min(pause, patience-waited)
		t.sleep(pause)
		waited += pause
	}
}

// turns is a lock. While one waits for another program, others wait for the lock: unlike a
// [sync.Mutex], it lets the clock of a testing/synctest bubble go on then.
type turns chan struct{}

func (t turns) Lock()   { t <- struct{}{} }
func (t turns) Unlock() { <-t }
