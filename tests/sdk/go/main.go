// A program that calls the vendor's real host, with https, by Go's standard library alone: with the transport
// that follows the variables of a proxy (no argument), or with one of its own that does not (`direct`).
package main

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"time"
)

const (
	host   = "ciam.tencentcloudapi.com"
	action = "ListUserStore"
	body   = "{}"
)

type answer struct {
	Response struct {
		UserStoreSet []struct{ UserStoreName string }
		Error        *struct{ Code, Message string }
	}
}

func main() {
	client := http.DefaultClient
	if len(os.Args) > 1 && os.Args[1] == "direct" {
		client = &http.Client{Transport: &http.Transport{ForceAttemptHTTP2: true}}
	}
	client.Timeout = 10 * time.Second
	if err := list(client); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func list(client *http.Client) error {
	request, err := http.NewRequest("POST", "https://"+host+"/", bytes.NewBufferString(body))
	if err != nil {
		return err
	}
	sign(request, time.Now().UTC())
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	var answer answer
	if err := json.NewDecoder(response.Body).Decode(&answer); err != nil {
		return err
	}
	if answer.Response.Error != nil {
		return fmt.Errorf("%+v", *answer.Response.Error)
	}
	stores := answer.Response.UserStoreSet
	if len(stores) != 1 || stores[0].UserStoreName != "starter" {
		return fmt.Errorf("unexpected directories: %+v", stores)
	}
	fmt.Println("over", response.Proto)
	return nil
}

// sign adds the headers of TC3-HMAC-SHA256.
func sign(request *http.Request, now time.Time) {
	id, secret := os.Getenv("TENCENTCLOUD_SECRET_ID"), os.Getenv("TENCENTCLOUD_SECRET_KEY")
	date, seconds := now.Format("2006-01-02"), strconv.FormatInt(now.Unix(), 10)
	canonical := "POST\n/\n\ncontent-type:application/json\nhost:" + host + "\n\ncontent-type;host\n" + digest(body)
	scope := date + "/ciam/tc3_request"
	text := "TC3-HMAC-SHA256\n" + seconds + "\n" + scope + "\n" + digest(canonical)
	key := []byte("TC3" + secret)
	for _, part := range []string{date, "ciam", "tc3_request"} {
		key = mac(key, part)
	}
	header := request.Header
	header.Set("Content-Type", "application/json")
	header.Set("X-TC-Action", action)
	header.Set("X-TC-Version", "2022-03-31")
	header.Set("X-TC-Region", os.Getenv("TENCENTCLOUD_REGION"))
	header.Set("X-TC-Timestamp", seconds)
	header.Set("Authorization", "TC3-HMAC-SHA256 Credential="+id+"/"+scope+
		", SignedHeaders=content-type;host, Signature="+hex.EncodeToString(mac(key, text)))
}

func mac(key []byte, text string) []byte {
	sum := hmac.New(sha256.New, key)
	sum.Write([]byte(text))
	return sum.Sum(nil)
}

func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}
